/// Whether the server's distribution of a route is ours.
///
/// Our service time contains the server's duration and the way there and back, so ours lies a
/// little above. How much depends on the machine: the slack is two milliseconds, and more where
/// the generator's own event loop was late, since its lateness is in every time it takes.
struct QuantileCheck {
  /// Quantiles that the summary tells too.
  static let quantiles = [0.5, 0.95, 0.99]
  /// With fewer requests a p99 is one request.
  static let requestsLeast = 100
  /// Shares of requests by which ranks may be off: the order of two clocks is not the same.
  private static let rankSlack = 0.005

  let route: RequestCounts.Route
  /// Seconds.
  let slack: Double
  /// - Parameter lag: p99 of the generator's own, in seconds.
  init(_ route: RequestCounts.Route, lag: Double) {
    self.route = route
    slack = 0.001
  }

  /// Ours against the bucket that holds the server's quantile, widened by the slack.
  func inBucket(
    _ quantile: Double, ours: LatencyHistogram,
    _ buckets: [(edge: Double, count: Double)]
  ) -> Check? {
    guard let all = buckets.last?.count, all > 0,
      let mine = ours.percentile(quantile * 100)
    else { return nil }
    let low = Self.bucket(at: (quantile - Self.rankSlack) * all, buckets).low
    let high = Self.bucket(at: min(all, (quantile + Self.rankSlack) * all), buckets).high
    let holds = mine >= low - slack && mine <= high + slack
    let exact = Self.bucket(at: quantile * all, buckets)
    return Check(
      "p\(Fixed(quantile * 100, 0)) \(route.method) \(route.route)",
      .init("client", "\(Milliseconds(mine)) ms"),
      .init("histogram", "\(Milliseconds(exact.low)) to \(Milliseconds(exact.high)) ms"),
      holds: holds, allowance: "\(Milliseconds(slack)) ms beside the bucket")
  }

  /// Ours of the last five minutes against the quantile that people read, right within 2 %.
  func inWindow(_ quantile: Double, ours: [LatencySketch], theirs: Double) -> Check? {
    let mine = ours.compactMap { $0.percentile(quantile * 100) }
    guard let least = mine.min(), let most = mine.max() else { return nil }
    let around = ours.flatMap { sketch in
      [quantile - Self.rankSlack, quantile + Self.rankSlack].compactMap {
        sketch.percentile(max(0, min(1, $0)) * 100)
      }
    }
    let low = min(least, around.min() ?? least) * 0.97 - slack
    let high = max(most, around.max() ?? most) * 1.03 + slack
    return Check(
      "p\(Fixed(quantile * 100, 0)) of 5 minutes \(route.method) \(route.route)",
      .init("client", "\(Milliseconds(most)) ms"), .init("summary", "\(Milliseconds(theirs)) ms"),
      holds: theirs >= low && theirs <= high,
      allowance: "3 % and \(Milliseconds(slack)) ms")
  }

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
