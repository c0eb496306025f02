/** What is advised where a database, a cache or a queue is there and does not serve the server. */
import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Form } from '../../../src/config/settings/spelling.ts';
import { cureFor } from '../../../src/measure/failures/cure-for.ts';
import { Cure } from '../../../src/measure/observed/cure.ts';
import { cureText } from '../../../src/report/cures/cure-text.ts';

const answer = (status: number) => ({ status, contentType: null, location: null });

const LOGIN = [
  "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [1045] Access denied for user 'root'@'localhost' (using password: NO)",
  "Error: ER_ACCESS_DENIED_ERROR: Access denied for user 'shop'@'172.17.0.1' (using password: YES)",
  'psycopg.OperationalError: connection failed: connection to server at "127.0.0.1", port 5432 failed: FATAL:  password authentication failed for user "shop"',
  'connection to server at "localhost" (::1), port 5432 failed: fe_sendauth: no password supplied',
  'error: no pg_hba.conf entry for host "127.0.0.1", user "shop", database "shop", no encryption',
  'FATAL:  role "shop" does not exist',
  'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
  'redis.exceptions.AuthenticationError: NOAUTH Authentication required.',
  'ReplyError: WRONGPASS invalid username-password pair or user is disabled.',
  "pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN'",
  'MongoServerError: Authentication failed.',
];

const EMPTY = [
  'connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "bench_base" does not exist',
  'psycopg.errors.UndefinedTable: relation "items" does not exist',
  'ERROR:  column items.price does not exist at character 8',
  "SQLSTATE[HY000] [1049] Unknown database 'shop'",
  "SQLSTATE[42S02]: Base table or view not found: 1146 Table 'shop.items' doesn't exist",
  'sqlite3.OperationalError: no such table: items',
  'org.h2.jdbc.JdbcSQLSyntaxErrorException: Table "ITEMS" not found; SQL statement:',
  "(404, \"NOT_FOUND - no queue 'orders' in vhost '/'\")",
  'FATAL:  no such database: shop',
];

function inPage(text: string): string {
  return `<pre>${text.replaceAll('"', '&quot;').replaceAll("'", '&#39;')}</pre>`;
}

function codesOf(output: string): unknown[] {
  return [
    cureFor({ exitCode: 1, hasEnded: true, output })?.code,
    cureFor({ answer: answer(500), output })?.code,
    // A framework that shows its errors says so in the answer, and prints nothing.
    cureFor({ answer: answer(500), excerpt: JSON.stringify(output), output: '' })?.code,
    cureFor({ answer: answer(500), excerpt: inPage(output), output: '' })?.code,
    cureFor({ readyAnswer: answer(503), output })?.code,
  ];
}

it('A database that does not let the server in is told from one that is not there', () => {
  for (const output of LOGIN) {
    assert.deepEqual(new Set(codesOf(output)), new Set(['friend-login']), output);
    assert.notEqual(cureFor({ answer: answer(404), output })?.code, 'friend-login');
  }
});

it('A Memcached that is not there is known by the words of its clients', () => {
  for (const output of [
    'pylibmc.ServerDown: error 47 from memcached_get(orders): SERVER HAS FAILED AND IS DISABLED UNTIL TIMED RETRY',
    'Dalli::RingError: No server available',
    'memcache: no servers configured or available',
    'ConnectionRefusedError: [Errno 111] Connection refused',
    'PHP Warning: MEMCACHED_CONNECTION_FAILURE',
  ]) {
    assert.deepEqual(new Set(codesOf(output)), new Set(['friend-missing']), output);
  }
});

it('A database, cache or queue that is not there is known by the words of the clients of the JVM', () => {
  for (const output of [
    'org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.',
    'com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure',
    'io.lettuce.core.RedisConnectionException: Unable to connect to localhost/<unresolved>:6379',
    '[AdminClient clientId=a-1] Connection to node -1 (localhost/127.0.0.1:9092) could not be established. Node may not be available.',
  ]) {
    assert.deepEqual(new Set(codesOf(output)), new Set(['friend-missing']), output);
  }
});

it('A database without what is asked for is told with where to make it', () => {
  for (const output of EMPTY) {
    assert.deepEqual(new Set(codesOf(output)), new Set(['friend-empty']), output);
  }
});

it('A socket of a database that is not there is one that nobody listens on', () => {
  for (const output of [
    'PDOException: SQLSTATE[HY000] [2002] No such file or directory in /srv/index.php:3',
    'connection to server on socket "/var/run/postgresql/.s.PGSQL.5432" failed: No such file or directory',
    'FATAL:  server login has been failing, try again later (server_login_retry)',
  ]) {
    assert.deepEqual(new Set(codesOf(output)), new Set(['friend-missing']), output);
  }
});

it('What only sounds alike is none of it', () => {
  for (const output of [
    'user "7" does not exist',
    'TypeError: Cannot read properties of undefined',
    'DEBUG: options: noauth=true, table "orders" was found',
    'Access denied for user 42: not the owner of this order',
  ]) {
    assert.equal(cureFor({ answer: answer(500), output })?.code, 'server-error', output);
  }
});

it('Both are told in the form in which the user writes settings', () => {
  const told = (code: 'friend-login' | 'friend-empty', form: Form) =>
    cureText(Cure.parse({ code, form }));
  assert.match(
    told('friend-login', 'file'),
    /the user or the password is another one there.*`env`/,
  );
  assert.match(told('friend-empty', 'file'), /Make it in `before`/);
  assert.match(told('friend-empty', 'flags'), /Make it in `before` in a config file/);
});
