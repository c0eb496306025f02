/** Which content types are those of gRPC ("gRPC over HTTP2"); gRPC-Web has another. */
const GRPC = /^application\/grpc(?:[+;\s]|$)/i;

export function isGrpcType(contentType: string): boolean {
  return GRPC.test(contentType);
}
