import ArgumentParser
import Dispatch
import FoundationEssentials
import Glibc
import LoadTest

/// One run of the program: progress while it goes, the report at its end, the exit code.
struct Session {
  let scenario: Scenario
  let admin: TargetURL?
  let out: String?
  let isQuiet: Bool

  /// Throws the exit code where it is not 0.
  func run() async throws {
    let stop = StopSignal()
    let sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number)
      source.setEventHandler { stop.request() }
      source.activate()
      return source
    }
    defer { for source in sources { source.cancel() } }
    let isLive = !isQuiet && Terminal.isTerminal(.error)
    let result: RunResult
    do {
      result = try await LoadRun(scenario, admin: admin, stop: stop) { progress in
        // CR returns to the line's start and the escape clears what was there.
        if isLive { Terminal.write("\r\u{1b}[K\(progress.line)", to: .error) }
      }.execute()
    } catch is CancellationError {
      throw fail("stopped before the run began", .unreachable, isLive)
    } catch let error as LoadRunError {
      throw fail("\(error)", .unreachable, isLive)
    }
    if isLive { Terminal.write("\r\u{1b}[K", to: .error) }
    let verdict = Verdict(result)
    if let out {
      do { try write(Summary(result, verdict).json(), into: out) } catch {
        throw fail("cannot write \(out)/summary.json: \(error)", .badScenario, false)
      }
    }
    if isQuiet {
      for failure in verdict.failures { Terminal.write(failure + "\n", to: .error) }
    } else {
      Terminal.write(TextReport(result, verdict).description, to: .output)
    }
    if verdict.exitCode != .held { throw ArgumentParser.ExitCode(verdict.exitCode.rawValue) }
  }

  private func fail(
    _ message: String, _ code: LoadTest.ExitCode, _ isLive: Bool
  ) -> ArgumentParser.ExitCode {
    Terminal.write((isLive ? "\r\u{1b}[K" : "") + "phoenix-loadtest: \(message)\n", to: .error)
    return ArgumentParser.ExitCode(code.rawValue)
  }

  private func write(_ json: Data, into folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try json.write(to: URL(filePath: folder).appending(path: "summary.json"), options: .atomic)
  }
}
