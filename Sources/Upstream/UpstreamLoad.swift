/// What an `UpstreamClient` holds at a moment.
package struct UpstreamLoad: Sendable, Hashable {
  /// Requests under way, and streams whose reader has not come to the end.
  package let transfers: Int
  /// Sockets open, idle ones included.
  package let sockets: Int

  /// So many transfers and sockets.
  package init(transfers: Int, sockets: Int) {
    self.transfers = transfers
    self.sockets = sockets
  }
}
