export const nats = 1;
