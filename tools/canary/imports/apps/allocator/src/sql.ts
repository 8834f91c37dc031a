// refused: database-only-in-the-store
import { Client } from 'pg';
export const sql = Client;
