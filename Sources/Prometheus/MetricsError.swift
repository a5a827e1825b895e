/// Why a family was refused at registration; a scrape never fails.
package enum MetricsError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name breaks the grammar or a lint rule; `problem` is the rule in words.
  case badName(name: String, problem: String)
  /// A label name breaks the grammar, is reserved, or stands twice.
  case badLabel(name: String, label: String, problem: String)
  /// The help text is empty.
  case noHelp(name: String)
  /// A family of this name, or one whose samples would have this name, is there already.
  case conflict(name: String, with: String)
  /// Edges must be finite, positive, rising and within the histogram's range.
  case badEdges(name: String)
  /// A bound must be at least 1.
  case badBound(name: String)
  /// A quantile must lie in 0...1, and the histogram must keep a window.
  case badSummary(name: String, problem: String)

  /// A stable word for each case.
  package var code: String {
    switch self {
    case .badName: "bad_name"
    case .badLabel: "bad_label"
    case .noHelp: "no_help"
    case .conflict: "conflict"
    case .badEdges: "bad_edges"
    case .badBound: "bad_bound"
    case .badSummary: "bad_summary"
    }
  }

  package var description: String {
    switch self {
    case .badName(let name, let problem): "metric \(name): \(problem)"
    case .badLabel(let name, let label, let problem): "metric \(name), label \(label): \(problem)"
    case .noHelp(let name): "metric \(name): no help text"
    case .conflict(let name, let other): "metric \(name) clashes with \(other)"
    case .badEdges(let name): "metric \(name): edges must be positive, rising and in range"
    case .badBound(let name): "metric \(name): a bound must be at least 1"
    case .badSummary(let name, let problem): "metric \(name): \(problem)"
    }
  }
}
