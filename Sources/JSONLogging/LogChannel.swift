/// Which kinds a line is of; an output takes lines of the kinds it accepts.
package struct LogChannel: OptionSet, Sendable, Hashable {
  /// The bits.
  package let rawValue: UInt8

  /// From bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The one line of each HTTP request.
  package static let request = LogChannel(rawValue: 1)
  /// Level error and up.
  package static let error = LogChannel(rawValue: 2)
  /// Everything that is no request.
  package static let system = LogChannel(rawValue: 4)
  /// All kinds.
  package static let all: LogChannel = [.request, .error, .system]
}
