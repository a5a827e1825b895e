import Glibc
import Subprocess
import SystemPackage

/// Runs a program on a file that a stranger made: with bounds on its time, its memory, its output
/// and what it may open, in a session of its own that is killed as a whole.
///
/// The program gets the file as standard input and nothing else: no other descriptor, an
/// environment of three names. `prlimit` sets the bounds before it begins.
struct ToolRunner: Sendable {
  /// How a run ended.
  enum Outcome: Sendable {
    /// By itself; `status` is 0 where all went well. What it said of errors is cut short.
    case ended(status: Int32, output: String, errors: String)
    /// It was killed: for its time, its memory, or its output.
    case killed
  }

  /// The program is not there, or could not be started.
  struct Unavailable: Error { let program: String }

  /// The bounds of a run.
  struct Bounds: Sendable {
    var time: Duration
    var memoryBytes = 768 << 20
    var outputBytes = 8 << 20
  }

  private static let errorsBytesMax = 16 * 1024

  /// Runs a program that writes text.
  func text(
    _ program: String, _ arguments: [String], input: ScratchFile, bounds: Bounds
  ) async throws -> Outcome {
    input.rewind()
    return try await limited(bounds.time) {
      let result = try await run(
        configuration(program, arguments, bounds),
        input: .fileDescriptor(input.descriptor, closeAfterSpawningProcess: false),
        output: .string(limit: bounds.outputBytes), error: .string(limit: Self.errorsBytesMax))
      return Self.outcome(
        result.terminationStatus, result.standardOutput, result.standardError)
    }
  }

  /// Runs a program that writes a file, such as an image.
  func file(
    _ program: String, _ arguments: [String], input: ScratchFile, output: ScratchFile,
    bounds: Bounds
  ) async throws -> Outcome {
    input.rewind()
    return try await limited(bounds.time) {
      let result = try await run(
        configuration(program, arguments, bounds),
        input: .fileDescriptor(input.descriptor, closeAfterSpawningProcess: false),
        output: .fileDescriptor(output.descriptor, closeAfterSpawningProcess: false),
        error: .string(limit: Self.errorsBytesMax))
      return Self.outcome(result.terminationStatus, "", result.standardError)
    }
  }

  private func configuration(
    _ program: String, _ arguments: [String], _ bounds: Bounds
  ) -> Configuration {
    let seconds = max(1, Int(bounds.time.components.seconds) + 1)
    let limits = [
      "--cpu=\(seconds)", "--as=\(bounds.memoryBytes)", "--fsize=\(80 << 20)", "--core=0",
      "--nofile=64", "--", program,
    ]
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [
      .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero)
    ]
    return Configuration(
      executable: .name("prlimit"), arguments: Arguments(limits + arguments),
      environment: .custom([
        "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "OMP_THREAD_LIMIT": "1",
      ]), platformOptions: options)
  }

  private static func outcome(
    _ status: TerminationStatus, _ output: String, _ errors: String
  ) -> Outcome {
    switch status {
    case .exited(let code): .ended(status: code, output: output, errors: errors)
    case .signaled: .killed
    }
  }

  /// Cancels `work`, which kills its program, when the time is over.
  private func limited(
    _ time: Duration, _ work: @Sendable @escaping () async throws -> Outcome
  ) async throws -> Outcome {
    guard time > .zero else { return .killed }
    return try await withThrowingTaskGroup(of: Outcome?.self) { group in
      group.addTask {
        do {
          return try await work()
        } catch let error as SubprocessError where error.code == .executableNotFound {
          throw Unavailable(program: "prlimit")
        } catch is SubprocessError {
          return .killed
        }
      }
      group.addTask {
        try? await Task.sleep(for: time)
        return nil
      }
      defer { group.cancelAll() }
      for try await first in group { return first ?? .killed }
      return .killed
    }
  }
}
