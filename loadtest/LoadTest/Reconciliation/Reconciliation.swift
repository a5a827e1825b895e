/// Whether the server's own counts tell the same story as ours.
///
/// For each route that the run used: every status is counted as often by the server as seen here.
/// Requests whose answer this side did not see to its end (cut, reset) may have been counted under
/// any status, so the server may exceed us by as many, route by route, and no more; and by no fewer
/// than those whose answer had begun, which the server cannot have missed.
package struct Reconciliation: Sendable, Equatable {
  /// One number told twice.
  package struct Row: Sendable, Equatable, CustomStringConvertible {
    package let method: String
    package let route: String
    /// Nil stands for all statuses together.
    package let status: Int?
    package let client: Int
    package let server: Int
    package let holds: Bool

    /// `POST /api/chat/message 200: client 1000, server 999`
    package var description: String {
      let status = status.map(String.init) ?? "in all"
      return "\(method) \(route) \(status): client \(client), server \(server)"
    }
  }

  package let rows: [Row]
  /// Requests sent whose answer was not seen to its end.
  package let unanswered: Int

  /// Such requests of one route.
  package struct Cut: Sendable, Equatable {
    package var all: Int
    /// Those whose answer had begun.
    package var begun: Int

    package init(all: Int = 0, begun: Int = 0) {
      self.all = all
      self.begun = begun
    }
  }

  /// What the other witnesses say: quantiles, cache, tokens, log, workers, simulator, canaries.
  package var checks: [Check] = []
  /// What could not be compared, and why.
  package var notes: [String] = []

  package var holds: Bool { rows.allSatisfy(\.holds) && checks.allSatisfy(\.holds) }
  /// Everything that does not agree, with both numbers.
  package var disagreements: [String] {
    mismatches.map(\.description) + checks.filter { !$0.holds }.map(\.description)
  }
  package var mismatches: [Row] { rows.filter { !$0.holds } }

  /// - Parameters:
  ///   - server: the change of the server's counter over the run.
  ///   - unanswered: by route.
  package init(
    client: RequestCounts, server: RequestCounts, unanswered: [RequestCounts.Route: Cut]
  ) {
    var rows: [Row] = []
    for route in Set(client.byRoute.keys).union(unanswered.keys).sorted() {
      let ours = client.byRoute[route] ?? [:]
      let theirs = server.byRoute[route] ?? [:]
      let cut = unanswered[route] ?? Cut()
      let slack = cut.all
      var surplus = 0
      for status in Set(ours.keys).union(theirs.keys).sorted() {
        let seen = ours[status] ?? 0
        let counted = theirs[status] ?? 0
        if seen == 0, counted == 0 { continue }
        surplus += max(0, counted - seen)
        rows.append(
          Row(
            method: route.method, route: route.route, status: status, client: seen,
            server: counted, holds: counted == seen || (counted > seen && slack > 0)))
      }
      if slack > 0 {
        let seen = ours.values.reduce(0, +)
        rows.append(
          Row(
            method: route.method, route: route.route, status: nil, client: seen + slack,
            server: seen + surplus, holds: (cut.begun...slack).contains(surplus)))
      }
    }
    self.rows = rows
    self.unanswered = unanswered.values.reduce(0) { $0 + $1.all }
  }
}
