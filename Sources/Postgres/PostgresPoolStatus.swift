/// The numbers of a pool at one moment.
package struct PostgresPoolStatus: Sendable, Hashable {
  /// Open connections that nobody uses.
  package let idle: Int
  /// Connections with a run on them.
  package let inUse: Int
  /// Connections being opened.
  package let connecting: Int
  /// Runs that wait for a connection.
  package let waiting: Int

  /// Names the four numbers.
  package init(idle: Int, inUse: Int, connecting: Int, waiting: Int) {
    self.idle = idle
    self.inUse = inUse
    self.connecting = connecting
    self.waiting = waiting
  }
}
