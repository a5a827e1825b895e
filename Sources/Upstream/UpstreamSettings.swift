/// The bounds of an `UpstreamClient`.
package struct UpstreamSettings: Sendable {
  /// Connections to one host and port; requests beyond wait for one until their deadline.
  package var connectionsPerHostMax: Int
  /// Connections in all.
  package var connectionsMax: Int
  /// Requests under way or waiting; one more is refused as `overloaded`.
  package var transfersMax: Int
  /// How long an idle connection is kept: less than the servers keep theirs.
  package var idleLifetime: Duration
  /// Bytes of a streamed body held for a slow reader before the connection is paused.
  package var streamBufferBytesMax: Int
  /// Whether HTTP/2 is offered over TLS (ALPN); over plain TCP it is always HTTP/1.1.
  package var offersHTTP2: Bool
  /// A file of trusted certificates in place of the system's.
  package var certificateFile: String?

  /// The bounds, with defaults for a gateway.
  package init(
    connectionsPerHostMax: Int = 512, connectionsMax: Int = 1024, transfersMax: Int = 4096,
    idleLifetime: Duration = .seconds(60), streamBufferBytesMax: Int = 64 << 10,
    offersHTTP2: Bool = true, certificateFile: String? = nil
  ) {
    self.connectionsPerHostMax = connectionsPerHostMax
    self.connectionsMax = connectionsMax
    self.transfersMax = transfersMax
    self.idleLifetime = idleLifetime
    self.streamBufferBytesMax = streamBufferBytesMax
    self.offersHTTP2 = offersHTTP2
    self.certificateFile = certificateFile
  }
}
