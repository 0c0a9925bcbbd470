import type { Request } from './exchange.ts';

/** The request is signed for this service, as far as its header shows: the signature's value is not verified. */
export function isSignedFor(service: string, { headers }: Pick<Request, 'headers'>): boolean {
  const form = new RegExp(
    String.raw`^AWS4-HMAC-SHA256 Credential=[^/,\s]+/\d{8}/[\w-]+/${service}/aws4_request, ?SignedHeaders=[\w;-]+, ?Signature=[0-9a-f]+$`,
  );
  return form.test(headers.authorization ?? '');
}
