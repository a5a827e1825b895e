/// Why the log could not be opened; once open, a failure is counted and never thrown.
package enum LogError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The directory could not be made or entered.
  case directoryUnusable(path: String, reason: String)
  /// Another process holds the directory's lock.
  case directoryLocked(path: String)
  /// A file could not be opened.
  case fileUnusable(path: String, reason: String)
  /// The writer's thread could not be started.
  case threadUnavailable(reason: String)

  /// A stable word for each case.
  package var code: String {
    switch self {
    case .directoryUnusable: "log_directory_unusable"
    case .directoryLocked: "log_directory_locked"
    case .fileUnusable: "log_file_unusable"
    case .threadUnavailable: "log_thread_unavailable"
    }
  }

  package var description: String {
    switch self {
    case .directoryUnusable(let path, let reason): "log directory \(path): \(reason)"
    case .directoryLocked(let path): "log directory \(path) is in use by another process"
    case .fileUnusable(let path, let reason): "log file \(path): \(reason)"
    case .threadUnavailable(let reason): "log writer: \(reason)"
    }
  }
}
