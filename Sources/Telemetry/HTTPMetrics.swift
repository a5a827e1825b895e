internal import Prometheus

/// The request families of one program, with every handle resolved before it is hot.
///
/// Series are bounded by construction: routes are those given at start and `unmatched`; methods
/// are those a route declares, `HEAD` beside `GET`, `OPTIONS`, and `OTHER` for the rest.
final class HTTPMetrics: Sendable {
  /// From a cache hit on loopback to the longest analysis allowed.
  static let edges = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    10, 30,
  ]

  /// Distinct statuses an answer of ours can have; there are 63 registered ones, and 499.
  private static let statusesMax = 64
  private static let statusFirst = 100
  private static let statusCount = 500

  final class Method: Sendable {
    let counters = LazyChildren<Counter>(count: HTTPMetrics.statusCount + 1)
    let duration: Histogram
    init(duration: Histogram) { self.duration = duration }
  }

  final class Route: Sendable {
    let template: String
    /// The number under which the log counts this route's lost lines.
    let tag: Int
    let overhead: Histogram?
    private let methods = LazyChildren<Method>(count: HTTPMethodLabel.allCases.count)
    private let allowed: Set<HTTPMethodLabel>

    init(template: String, tag: Int, allowed: Set<HTTPMethodLabel>, overhead: Histogram?) {
      self.template = template
      self.tag = tag
      self.allowed = allowed
      self.overhead = overhead
    }

    func method(_ text: String, make: (String) -> Method) -> (Method, String) {
      let given = HTTPMethodLabel(text)
      let label = allowed.contains(given) ? given : .other
      return (methods.child(at: label.rawValue) { make(label.text) }, label.text)
    }
  }

  let inFlight: Gauge
  private let requests: CounterFamily
  private let durations: HistogramFamily
  private let routes: [String: Route]
  private let unmatched: Route

  /// The templates in the order of their tags, which begin at 1.
  let templates: [String]

  init(
    registry: MetricsRegistry, prefix: String, routes given: [TelemetryRoute],
    overheadName: String? = nil
  ) throws(MetricsError) {
    var allowed: [String: Set<HTTPMethodLabel>] = [:]
    var templates: [String] = []
    for route in given {
      if allowed[route.template] == nil { templates.append(route.template) }
      allowed[route.template, default: [.options]].insert(HTTPMethodLabel(route.method))
      if route.method == "GET" { allowed[route.template]?.insert(.head) }
    }
    if allowed[RequestRecord.unmatched] == nil { templates.append(RequestRecord.unmatched) }
    allowed[RequestRecord.unmatched] = Set(HTTPMethodLabel.allCases)
    self.templates = templates

    // A method a route does not declare is `OTHER` there.
    let pairsMax = allowed.values.reduce(0) { $0 + $1.union([.other]).count }
    let status = MetricLabel("status", valuesMax: Self.statusesMax)
    let route = MetricLabel("route", valuesMax: templates.count)
    let method = MetricLabel("method", valuesMax: HTTPMethodLabel.allCases.count)
    requests = try registry.counter(
      prefix + "_requests_total",
      help: "HTTP requests answered; status 499 where the client left first.",
      labels: [route, method, status], seriesMax: pairsMax * Self.statusesMax)
    durations = try registry.histogram(
      prefix + "_request_duration_seconds",
      help: "From the first byte of a request to the last byte of its answer.",
      labels: [route, method], seriesMax: pairsMax, edges: Self.edges, hasWindow: true,
      hasExemplars: true)
    _ = try registry.summary(
      prefix + "_request_latency_seconds",
      help: "Request duration over the last 5 minutes; relative error at most 2 %.",
      of: durations, by: ["route"])
    inFlight = try registry.gauge(
      prefix + "_requests_in_flight", help: "HTTP requests being answered."
    )
    .child()
    var overheads: HistogramFamily?
    if let overheadName {
      overheads = try registry.histogram(
        overheadName, help: "Request duration less the time waited on PostgreSQL and workers.",
        labels: [route], edges: Self.edges)
    }
    var byTemplate: [String: Route] = [:]
    for (position, template) in templates.enumerated() {
      byTemplate[template] = Route(
        template: template, tag: position + 1, allowed: allowed[template] ?? [],
        overhead: overheads?.child(template))
    }
    self.routes = byTemplate
    unmatched =
      byTemplate[RequestRecord.unmatched]
      ?? Route(template: RequestRecord.unmatched, tag: 0, allowed: [], overhead: nil)
    exportZeros(given)
  }

  /// Counts a request and says under which route.
  func finished(_ record: RequestRecord, now: UInt64, wall: UInt64) -> Route {
    let route = routes[record.route] ?? unmatched
    let (method, name) = method(record.method, of: route)
    counter(record.status, method: method, name: name, of: route).increment()
    if record.isRealtime { return route }
    inFlight.add(-1)
    let exemplar = Exemplar(
      traceHigh: record.traceID.high, traceLow: record.traceID.low, wallNanoseconds: wall)
    method.duration.observe(record.durationNanoseconds, now: now, exemplar: exemplar)
    route.overhead?.observe(record.overheadNanoseconds)
    return route
  }

  private func method(_ text: String, of route: Route) -> (Method, String) {
    route.method(text) { name in
      Method(duration: durations.child(route.template, name))
    }
  }

  private func counter(
    _ status: Int, method: Method, name: String, of route: Route
  ) -> Counter {
    let isStatus = (Self.statusFirst..<Self.statusFirst + Self.statusCount).contains(status)
    return method.counters.child(at: isStatus ? status - Self.statusFirst : Self.statusCount) {
      requests.child(route.template, name, isStatus ? String(status) : MetricLabel.other)
    }
  }

  /// A counter that appears with its first event loses that event to `rate()`.
  private func exportZeros(_ given: [TelemetryRoute]) {
    for declared in given + [TelemetryRoute("GET", RequestRecord.unmatched, statuses: [404])] {
      guard let route = routes[declared.template] else { continue }
      let (method, name) = method(declared.method, of: route)
      for status in declared.statuses {
        _ = counter(status, method: method, name: name, of: route)
      }
    }
  }
}
