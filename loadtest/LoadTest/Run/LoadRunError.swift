/// Why a run could not be made at all: exit code 3.
package enum LoadRunError: Error, Equatable, CustomStringConvertible {
  /// The host has no address.
  case unknownHost(String)
  /// Nothing answers there.
  case unreachable(String, FailureKind)
  /// Users cannot sign up.
  case signUpRefused(String)
  /// Metrics cannot be read.
  case noMetrics(String, String)

  /// Pairs cannot be measured.
  case noOverhead(String)
  /// The request log cannot be read.
  case noLog(String)

  package var description: String {
    switch self {
    case .unknownHost(let host): "target unreachable: no address for \(host)"
    case .unreachable(let target, let kind):
      "target unreachable: \(target): \(kind.rawValue), \(kind.explanation)"
    case .signUpRefused(let what): "target refuses users: \(what)"
    case .noMetrics(let url, let what): "no metrics from \(url): \(what)"
    case .noOverhead(let what): "no overhead to measure: \(what)"
    case .noLog(let path): "no request log at \(path)"
    }
  }
}
