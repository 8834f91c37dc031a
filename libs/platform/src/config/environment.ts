/** Variables as a process is given them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place of the product that reads the process' environment: everything else is handed what it needs, and lint refuses `process.env` elsewhere. */
export const processEnvironment = (): Environment => process.env;
