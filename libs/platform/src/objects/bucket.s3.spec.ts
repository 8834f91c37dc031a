import { randomBytes } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { describe, expect, it } from 'vitest';
import { objectsConformance } from './conformance/objects.ts';
import { openObjects } from './index.ts';

const { endpoint, accessKeyId, secretAccessKey } = JSON.parse(process.env['CADASTRE_TEST_S3'] ?? '{}') as { endpoint: string; accessKeyId: string; secretAccessKey: string };
const open = async (secret = secretAccessKey) => {
  const bucket = `b${randomBytes(8).toString('hex')}`;
  const client = new AwsClient({ accessKeyId, secretAccessKey, service: 's3', region: 'us-east-1' });
  expect((await client.fetch(`${endpoint}/${bucket}`, { method: 'PUT' })).status).toBe(200);
  return openObjects({ auditStorage: `s3://${bucket}/trail/one?endpoint=${endpoint}`, awsAccessKeyId: accessKeyId, awsSecretAccessKey: secret });
};

describe('objects in a bucket of a real S3-compatible server', () => {
  objectsConformance(() => open());

  it('says what the server said when the secret is wrong', async () => {
    const objects = await open('not the secret at all');
    await expect(objects.get('a')).rejects.toMatchObject({ name: 'ObjectsUnavailable', message: expect.stringContaining('SignatureDoesNotMatch') as string });
  });
  it('says so when the server does not answer', async () => {
    const objects = openObjects({ auditStorage: 's3://bucket?endpoint=http://127.0.0.1:9', awsAccessKeyId: 'a', awsSecretAccessKey: 'b' });
    await expect(objects.put('a', new Uint8Array())).rejects.toMatchObject({ name: 'ObjectsUnavailable' });
  });
});
