/// What is wrong with a scenario file: every fault at once, each with its place.
package struct ScenarioError: Error, Equatable, CustomStringConvertible {
  /// One fault; line and column count from 1.
  package struct Fault: Equatable, Sendable {
    package let line: Int
    package let column: Int
    package let message: String
  }

  package let file: String
  package let faults: [Fault]

  package init(file: String, faults: [Fault]) {
    self.file = file
    self.faults = faults.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
  }

  /// One line a fault, as compilers print them.
  package var description: String {
    faults.map { "\(file):\($0.line):\($0.column): \($0.message)" }.joined(separator: "\n")
  }
}
