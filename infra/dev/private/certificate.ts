import { generate } from 'selfsigned';

/** Valid whatever the clock of this machine says: a certificate is made anew at every start of its server. */
const VALIDITY = {
  notBeforeDate: new Date('1970-01-01T00:00:00Z'),
  notAfterDate: new Date('2099-12-31T23:59:59Z'),
};

/**
 * A certificate for 127.0.0.1 that signs itself, with its private key. A program that trusts this certificate alone lets in
 * only those who have the key.
 */
export async function selfSigned(commonName: string): Promise<{ certificate: string; key: string }> {
  const made = await generate([{ name: 'commonName', value: commonName }], {
    ...VALIDITY,
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { certificate: made.cert, key: made.private };
}
