import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clusterAddress } from '../../src/redis/cluster-address.ts';

test('the address of a cluster is that of a node, with 6379 where it names no port', () => {
  assert.deepEqual(clusterAddress('redis://redis.example'), {
    nodes: [{ host: 'redis.example', port: 6379 }],
    credentials: {},
  });
});

test('of several nodes, the first says who asks, and that it is by TLS', () => {
  assert.deepEqual(clusterAddress('rediss://me:a%2Cb%40c@10.0.0.1:7000,rediss://[::1]:7001'), {
    nodes: [
      { host: '10.0.0.1', port: 7000 },
      { host: '::1', port: 7001 },
    ],
    credentials: { username: 'me', password: 'a,b@c', tls: {} },
  });
});
