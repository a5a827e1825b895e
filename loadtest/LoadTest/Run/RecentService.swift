/// Service times of the last five minutes, second by second, as the server's summary keeps them.
///
/// The server forgets in slices of half a minute, so what it holds lies between 270 and 300 s.
struct RecentService {
  private static let spans = [270.0, 300.0]
  private var seconds: [(at: Double, service: [Int: LatencySketch])] = []
  private var first = 0

  mutating func add(_ service: [Int: LatencySketch], at: Double) {
    seconds.append((at, service))
    while let oldest = seconds[first...].first, oldest.at < at - 300 {
      seconds[first].service = [:]
      first += 1
    }
    if first > 600 {
      seconds.removeFirst(first)
      first = 0
    }
  }

  /// By operation, over each span up to the last second.
  var windows: [[Int: LatencySketch]] {
    guard let last = seconds.last else { return [] }
    return Self.spans.map { span in
      var window: [Int: LatencySketch] = [:]
      for second in seconds[first...] where second.at >= last.at - span {
        for (operation, sketch) in second.service {
          window[operation, default: LatencySketch()].add(sketch)
        }
      }
      return window
    }
  }
}
