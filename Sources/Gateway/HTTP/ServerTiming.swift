import Telemetry

/// The `Server-Timing` header: where a request's time went, in milliseconds.
enum ServerTiming {
  /// Names every stage, so that a client can subtract; `total` is up to the head of the response.
  static func render(_ state: RequestExchange.State, started: UInt64) -> String {
    let total = MonotonicClock.now() - started
    let stages = state.stages.completed(for: Int(total))
    var text = ""
    for (name, spent) in [
      ("auth", stages.auth), ("db", stages.db), ("queue", stages.queue), ("ai", stages.ai),
      ("render", stages.render),
    ] {
      text += "\(name);dur=\(milliseconds(UInt64(max(0, spent)))), "
    }
    return text + "total;dur=\(milliseconds(total))"
  }

  private static func milliseconds(_ nanoseconds: UInt64) -> String {
    let thousandths = nanoseconds / 1000
    let rest = String(thousandths % 1000)
    return "\(thousandths / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }
}
