// Nest's decorators on parameters are the one thing that Node cannot strip. tsx looks for a tsconfig where the process was started; the doors' own is here.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

register({ tsconfig: fileURLToPath(new URL('./tsconfig.json', import.meta.url)) });
