/// Bounds and beats of `/api/realtime`.
package struct RealtimeSettings: Sendable {
  /// Streams of one user at one gateway; one more is refused.
  package var streamsOfUserMax = 8
  /// Streams of one gateway.
  package var streamsMax = 5000
  /// Events that may wait for a client; one more and its stream ends.
  package var waitingMax = 256
  /// Events of a user kept for clients that come back.
  package var replayMax = 100
  /// How long a user's changes are kept up after the last stream ended, nanoseconds.
  package var linger: UInt64 = 60_000_000_000
  /// Between two signs of life, nanoseconds.
  package var heartbeat: UInt64 = 15_000_000_000
  /// How often sessions are looked at and counts are written.
  package var beat = Duration.seconds(1)
  /// How often this gateway's rows are refreshed, in beats; they expire after 30 s.
  package var beatsPerRefresh = 10

  package init() {}
}
