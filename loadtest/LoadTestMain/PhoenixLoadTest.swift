import ArgumentParser

/// `phoenix-loadtest`: the load tester's command line.
@main
struct PhoenixLoadTest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "phoenix-loadtest",
    abstract: "Loads a server and says whether it kept its promises.",
    discussion: """
      Exit codes: 0 all held; 99 a threshold or the reconciliation failed; 2 bad scenario or \
      arguments; 3 target unreachable.
      """,
    subcommands: [RunCommand.self, GetCommand.self])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch let code as ArgumentParser.ExitCode {
      exit(withError: code)
    } catch {
      // Arguments are part of what is asked for, so their faults share the scenario's code.
      let isHelp = exitCode(for: error).isSuccess
      Terminal.write(fullMessage(for: error) + "\n", to: isHelp ? .output : .error)
      exit(withError: ArgumentParser.ExitCode(isHelp ? 0 : 2))
    }
  }
}
