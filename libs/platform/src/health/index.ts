export { createHealth, type Health, type HealthAnswer, type HealthCheck } from './health.ts';
export { serveHealth, type HealthServer } from './server.ts';
