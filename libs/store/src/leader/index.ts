import pg from 'pg';

/** Held as long as its connection lives. */
export interface Lead {
  readonly held: () => boolean;
  /** Resolves when the lead is lost or given back; never rejects. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

export interface LeadOptions {
  /** Ends the wait. */
  readonly signal: AbortSignal;
  readonly applicationName: string;
}

// The holder must notice before the server gives the lock to another: a beat every 2 s that must be answered in 4 s, against a server that
// gives a silent connection up after 5 + 3 × 3 s. A process that was paused longer wakes up as a stranger to its lock, which is what the fences of each act are for.
const BEAT_MS = 2_000;
const ANSWER_MS = 4_000;
// The role's own statement_timeout would end the wait for the lock.
const SERVER_KEEPALIVE = '-c statement_timeout=0 -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3';

/**
 * One leader by a PostgreSQL advisory lock on a connection of its own: free as soon as that connection ends, however the process ended, and the next in the queue
 * has it at once. Rejected: a lease row that expires (a dead leader's work stands still until then, and clocks enter into it), and a Kubernetes lease
 * (the clusters are what is reconciled: their outage must not stop the relay).
 * Resolves to undefined when the signal ends the wait; throws when PostgreSQL cannot be reached.
 */
export const takeLead = async (url: string, name: string, { signal, applicationName }: LeadOptions): Promise<Lead | undefined> => {
  const client = new pg.Client({ connectionString: url, application_name: applicationName, keepAlive: true, connectionTimeoutMillis: 10_000, options: SERVER_KEEPALIVE });
  const { promise: lost, resolve } = Promise.withResolvers<void>();
  let held = false;
  const beat: { timer?: NodeJS.Timeout } = {};
  const end = async (): Promise<void> => {
    held = false;
    clearInterval(beat.timer);
    resolve();
    await client.end().catch(() => undefined);
  };
  const cut = (): void => { void end(); };
  client.on('error', cut);
  client.on('end', cut);
  signal.addEventListener('abort', cut, { once: true });
  try {
    await client.connect();
    await client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [name]);
  } catch (error) {
    await end();
    if (signal.aborted) return undefined;
    throw error;
  }
  if (signal.aborted) { await end(); return undefined; }
  // From here on the signal is the caller's business: it ends its work first, and then the lead.
  signal.removeEventListener('abort', cut);
  held = true;
  beat.timer = setInterval(() => { void beatOnce(client).catch(cut); }, BEAT_MS);
  return { held: () => held, lost, release: end };
};

const beatOnce = async (client: pg.Client): Promise<void> => {
  let late: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_resolve, reject) => { late = setTimeout(() => { reject(new Error('the lock connection is silent')); }, ANSWER_MS); });
  try {
    await Promise.race([client.query('SELECT 1'), silence]);
  } finally {
    clearTimeout(late);
  }
};
