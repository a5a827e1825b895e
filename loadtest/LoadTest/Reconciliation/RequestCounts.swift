/// Requests by method, route and status.
package struct RequestCounts: Sendable, Equatable {
  /// One kind of request.
  package struct Route: Hashable, Sendable, Comparable {
    package let method: String
    package let route: String

    package init(_ method: String, _ route: String) {
      self.method = method
      self.route = route
    }

    package static func < (a: Route, b: Route) -> Bool { (a.route, a.method) < (b.route, b.method) }
  }

  /// The server's counter.
  package static let metric = "phoenix_http_requests_total"

  package var byRoute: [Route: [Int: Int]] = [:]

  package init() {}

  /// The server's counts, read from its metrics.
  package init(_ metrics: MetricsText) {
    self.init(samples: metrics.samples.filter { $0.name == Self.metric })
  }

  /// Counts of one family, or of another with the same labels.
  init(samples: [MetricsText.Sample]) {
    for sample in samples {
      guard let method = sample.labels["method"], let route = sample.labels["route"],
        let status = sample.labels["status"].flatMap({ Int($0) }), sample.value.isFinite
      else { continue }
      add(Int(sample.value.rounded()), Route(method, route), status: status)
    }
  }

  /// Adds to one count.
  package mutating func add(_ count: Int, _ route: Route, status: Int) {
    byRoute[route, default: [:]][status, default: 0] += count
  }

  /// What was added since; below zero where the server started anew.
  package func since(_ before: RequestCounts) -> RequestCounts {
    var change = self
    for (route, statuses) in before.byRoute {
      for (status, count) in statuses { change.add(-count, route, status: status) }
    }
    return change
  }
}
