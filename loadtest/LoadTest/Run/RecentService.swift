/// What the server must have counted in the last five minutes, second by second, as its summary
/// keeps it.
///
/// The server forgets in slices of half a minute, so what it holds lies between 270 and 300 s.
struct RecentService {
  private static let spans = [270.0, 300.0]
  private var seconds: [(at: Double, served: [Int: ServedSketch])] = []
  private var first = 0

  mutating func add(_ served: [Int: ServedSketch], at: Double) {
    seconds.append((at, served))
    while let oldest = seconds[first...].first, oldest.at < at - 300 {
      seconds[first].served = [:]
      first += 1
    }
    if first > 600 {
      seconds.removeFirst(first)
      first = 0
    }
  }

  /// By operation, over each span up to the last second.
  var windows: [[Int: ServedSketch]] {
    guard let last = seconds.last else { return [] }
    return Self.spans.map { span in
      var window: [Int: ServedSketch] = [:]
      for second in seconds[first...] where second.at >= last.at - span {
        for (operation, sketch) in second.served {
          window[operation, default: ServedSketch()].add(sketch)
        }
      }
      return window
    }
  }
}
