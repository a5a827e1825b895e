/// Whether the server's distribution of a route is ours.
///
/// The server counts a request from the first byte that it reads to the last that it writes. Here
/// two times are known of each request: what its answer tells (`Server-Timing` up to the head, and
/// from there on what was seen), which is less than what the server counts, and all that passed
/// between sending and end, which is more. What is true of every request is true of quantiles: the
/// server's must lie between the two, nothing allowed for a busy machine. What is allowed is what
/// clocks and buckets blur: ranks by 0.5 %, a millisecond in which the server notices that its last
/// byte was written or its client is gone, and 3 % beside the summary (2 % its own, 1 % ours).
///
/// How far the two times lie apart, the time outside, is compared on its own, so that a server that
/// begins to count too late is found: its median and P95 are at most two milliseconds, or twice the
/// lateness (P99) of the generator's own event loop, which is in every time it takes and says how
/// long a thread of this machine waits for its turn.
struct QuantileCheck {
  /// Quantiles that the summary tells too.
  static let quantiles = [0.5, 0.95, 0.99]
  static let outsideQuantiles = [0.5, 0.95]
  /// With fewer requests a p99 is one request.
  static let requestsLeast = 100
  private static let rankSlack = 0.005
  /// Seconds.
  private static let noticing = 0.001
  private static let outsideMost = 0.002

  /// Whose quantiles: a route, with its method or with all.
  let subject: String

  /// Ours on both sides of the bucket that holds the server's quantile.
  func inBucket(
    _ quantile: Double, least: LatencyHistogram, most: LatencyHistogram,
    _ buckets: [(edge: Double, count: Double)]
  ) -> Check? {
    guard let all = buckets.last?.count, all > 0,
      let told = least.percentile(quantile * 100), let seen = most.percentile(quantile * 100)
    else { return nil }
    let low = Self.bucket(at: (quantile - Self.rankSlack) * all, buckets).low
    let high = Self.bucket(at: min(all, (quantile + Self.rankSlack) * all), buckets).high
    let exact = Self.bucket(at: quantile * all, buckets)
    return Check(
      "\(name(quantile)) \(subject)",
      .init("client", "\(Milliseconds(told)) to \(Milliseconds(seen)) ms"),
      .init("histogram", "\(Milliseconds(exact.low)) to \(Milliseconds(exact.high)) ms"),
      holds: seen >= low - Self.noticing && told <= high + Self.noticing,
      allowance: "\(Milliseconds(Self.noticing)) ms, and ranks by \(Share(Self.rankSlack))")
  }

  /// Ours of the last five minutes on both sides of the quantile that people read.
  func inWindow(_ quantile: Double, ours: [ServedSketch], theirs: Double) -> Check? {
    func all(_ path: KeyPath<ServedSketch, LatencySketch>, _ rank: Double) -> [Double] {
      ours.compactMap { $0[keyPath: path].percentile(max(0, min(1, rank)) * 100) }
    }
    guard let told = all(\.least, quantile).min(), let seen = all(\.most, quantile).max(),
      let least = all(\.least, quantile - Self.rankSlack).min(),
      let most = all(\.most, quantile + Self.rankSlack).max()
    else { return nil }
    return Check(
      "\(name(quantile)) of 5 minutes \(subject)",
      .init("client", "\(Milliseconds(told)) to \(Milliseconds(seen)) ms"),
      .init("summary", "\(Milliseconds(theirs)) ms"),
      holds: theirs >= least * 0.97 - Self.noticing && theirs <= most * 1.03 + Self.noticing,
      allowance: "\(Milliseconds(Self.noticing)) ms, 3 %, and ranks by \(Share(Self.rankSlack))")
  }

  /// What the server does not count must be little.
  ///
  /// - Parameter lag: p99 of the generator's own, in seconds.
  func outside(_ quantile: Double, _ outside: LatencyHistogram, lag: Double) -> Check? {
    guard let found = outside.percentile(quantile * 100) else { return nil }
    let most = max(Self.outsideMost, 2 * lag)
    return Check(
      "\(name(quantile)) outside \(subject)",
      .init("client", "\(Milliseconds(found)) ms"),
      .init("bound", "\(Milliseconds(most)) ms"), holds: found <= most)
  }

  private func name(_ quantile: Double) -> String { "p\(Fixed(quantile * 100, 0))" }

  private static func bucket(
    at rank: Double, _ buckets: [(edge: Double, count: Double)]
  ) -> (low: Double, high: Double) {
    var low = 0.0
    for bucket in buckets {
      if bucket.count >= rank { return (low, bucket.edge) }
      low = bucket.edge
    }
    return (low, .infinity)
  }
}
