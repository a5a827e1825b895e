package import NIOCore

/// Bounds of a connection. The defaults are those of the contract.
package struct HTTPLimits: Sendable {
  /// From the first byte of a head to its end.
  package var headTimeout: TimeAmount = .seconds(10)
  /// Between two pieces of a body.
  package var bodyIdleTimeout: TimeAmount = .seconds(15)
  /// For a whole collected body, whatever its pace: a drip of one byte every 14 s ends here.
  package var bodyTimeout: TimeAmount = .seconds(60)
  /// Bytes a second that a streamed body must reach in the long run: `bodyTimeout` is longer by the
  /// time that what has come needs at this pace.
  package var streamedBytesPerSecondMin = 32 * 1024
  /// Between two requests of a connection.
  package var keepAliveTimeout: TimeAmount = .seconds(75)
  /// How long a connection that was refused is still read, so that the answer is not lost to a
  /// reset while the client is sending.
  package var lingerTimeout: TimeAmount = .seconds(2)
  /// How long an idle connection survives the start of a drain: a request already on its way
  /// is answered rather than reset.
  package var quiesceGrace: TimeAmount = .milliseconds(500)
  /// How long after the start of a drain a request may still run; then it is cut.
  package var drainTimeout: TimeAmount = .seconds(25)
  /// How long a response may wait for a client that does not read.
  package var writeTimeout: TimeAmount = .seconds(30)
  /// Bytes of a head; more is 431.
  package var headBytesMax = 32 * 1024
  /// Header fields of a head; more is 431.
  package var headFieldsMax = 100
  /// Bytes of the request target; more is 414.
  package var targetBytesMax = 8 * 1024
  /// Connections open at once; further ones wait in the listen queue.
  package var connectionsMax = 10_000
  /// Pipelined parts kept while a response is being made; then reading stops.
  package var pipelinedPartsMax = 64

  package init() {}
}
