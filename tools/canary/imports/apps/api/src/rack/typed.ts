// refused: database-only-in-the-store
import type { PrismaClient } from '@prisma/client';
export type Typed = PrismaClient;
