import HTTPTypes
import WorkerAPI

/// The routes of a worker: few enough for a switch.
enum WorkerRoute: CaseIterable, Sendable {
  case send
  case analyze
  case forget
  case stats
  case health
  case metrics

  /// The path; no route has parameters.
  var path: String {
    switch self {
    case .send: WorkerRoutes.sendPath
    case .analyze: WorkerRoutes.analyzePath
    case .forget: WorkerRoutes.forgetPath
    case .stats: WorkerRoutes.statsPath
    case .health: WorkerRoutes.healthPath
    case .metrics: WorkerRoutes.metricsPath
    }
  }

  /// What it answers, `HEAD` beside `GET`.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .send, .analyze: [.post]
    case .forget: [.post, .delete]
    case .stats, .health, .metrics: [.get, .head]
    }
  }

  /// The largest body taken, that of `analyze` apart, which a setting bounds. A message with the
  /// longest history and memories fits.
  var bodyBytesMax: Int {
    switch self {
    case .send: 4 * 1024 * 1024
    case .forget: 4 * 1024
    case .analyze, .stats, .health, .metrics: 0
    }
  }

  /// The route of a target, whatever the method.
  init?(target: String) {
    let path = target.prefix { $0 != "?" }
    guard let route = Self.allCases.first(where: { path == $0.path }) else { return nil }
    self = route
  }
}
