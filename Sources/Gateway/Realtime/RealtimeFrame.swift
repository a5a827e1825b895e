import ServiceHost

/// The events of `/api/realtime` as text on the wire.
enum RealtimeFrame {
  /// A comment: it keeps proxies and dead clients honest, and no event of it reaches a page.
  static let heartbeat = ": heartbeat\n\n"

  static func change(_ change: RealtimeChange, id: String) -> String {
    var json = JSONText()
    json.object {
      $0.member("table", change.table)
      $0.member("type", change.type.rawValue)
      $0.member("id", change.id)
    }
    return "id: \(id)\nevent: change\ndata: \(json.text)\n\n"
  }

  /// How many streams of the user are open, over all gateways.
  static func presence(_ connections: Int) -> String {
    "event: presence\ndata: {\"connections\":\(connections)}\n\n"
  }

  /// What was not told may have changed: the client reads its rows anew.
  static func resync(id: String) -> String {
    "id: \(id)\nevent: resync\ndata: {}\n\n"
  }

  /// How a stream begins: when to come back after a cut, and from where on nothing is missed.
  static func opening(id: String, retryMilliseconds: Int, connections: Int) -> String {
    "retry: \(retryMilliseconds)\nid: \(id)\n" + presence(connections)
  }
}
