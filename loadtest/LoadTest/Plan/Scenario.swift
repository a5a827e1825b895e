/// What a run does: who the users are, when requests start, what they ask, and what must hold.
package struct Scenario: Sendable {
  /// When requests start.
  package enum Arrival: Sendable, Equatable {
    /// Open loop: requests start on a schedule of their own, whatever the server does.
    case open(rate: Double, process: ArrivalProcess)
    /// Open loop along stages: ramps, steps and spikes.
    case staged(RateProfile, process: ArrivalProcess)
    /// Closed loop: so many clients, each waiting for its answer before it asks again.
    case closed(clients: Int)
  }

  package var name: String
  package var base: TargetURL
  package var arrival: Arrival
  /// How long requests start, after the warm-up.
  package var duration: Duration
  /// How long requests start that are sent but not measured.
  package var warmup: Duration
  /// How many users sign up before the run.
  package var users: Int
  /// Each user connects from a loopback address of its own, so that limits by address stay on.
  package var sourceAddresses: Bool
  /// The most connections open at once.
  package var connections: Int
  /// The longest a request may take from its intended start.
  package var timeout: Duration
  package var questions: [String]
  /// Exponent of the questions' popularity: 0 is even, 1 is a usual skew.
  package var zipfExponent: Double
  package var operations: [Operation]
  /// Walks through several operations, drawn beside them.
  package var journeys: [Journey]
  /// How long a closed loop's client pauses between its requests.
  package var think: ClosedRange<Duration>
  /// Accounts that exist already; empty where users sign up.
  package var credentials: [Credentials]
  /// The greatest p99 of the generator's own lag at which its figures are believed.
  package var generatorLagMax: Duration
  /// Pairs of the same question put straight to a worker and through the gateway, in turn.
  package var overheadPairs: Int
  package var thresholds: [Threshold]
  /// Headers added to every request.
  package var headers: [(name: String, value: String)]
  /// Where the random draws start; the same seed draws the same requests.
  package var seed: UInt64
  /// Event loops to send from.
  package var eventLoops: Int

  package init(
    name: String, base: TargetURL, arrival: Arrival, duration: Duration,
    operations: [Operation]
  ) {
    self.name = name
    self.base = base
    self.arrival = arrival
    self.duration = duration
    warmup = .zero
    users = 0
    sourceAddresses = false
    connections = Self.connectionsDefault
    timeout = Self.timeoutDefault
    questions = []
    zipfExponent = 1
    self.operations = operations
    journeys = []
    think = .zero ... .zero
    credentials = []
    generatorLagMax = Self.generatorLagDefault
    overheadPairs = 0
    thresholds = []
    headers = []
    seed = UInt64.random(in: 1...UInt64(UInt32.max))
    eventLoops = 1
  }

  /// `get URL`: one request again and again, as hey or oha do it.
  package static func get(
    _ url: TargetURL, arrival: Arrival, duration: Duration
  ) -> Scenario {
    var scenario = Scenario(
      name: "get \(url)", base: url, arrival: arrival, duration: duration,
      operations: [
        Operation(name: "get", kind: .fetch(path: url.path), weight: 1, route: nil)
      ])
    if case .closed(let clients) = arrival { scenario.connections = clients }
    return scenario
  }

  /// The open loop's rate over time; nil for a closed loop.
  package var openProfile: (rate: RateProfile, process: ArrivalProcess)? {
    switch arrival {
    case .open(let rate, let process): (RateProfile(rate: rate), process)
    case .staged(let profile, let process): (profile, process)
    case .closed: nil
    }
  }

  /// What brings the users in before the run, and is never part of the mix.
  var entrance: Operation {
    credentials.isEmpty
      ? Operation(name: "signup", kind: .signUp, weight: 1, route: Operation.signUpRoute)
      : Operation(name: "login", kind: .logIn, weight: 1, route: Operation.logInRoute)
  }

  /// Seconds of lag from which a latency of milliseconds can no longer be believed.
  static let generatorLagDefault = Duration.milliseconds(20)
  static let connectionsDefault = 512
  static let timeoutDefault = Duration.seconds(35)
  /// Source addresses are 127.1.0.1 and up, so this many fit well.
  static let usersMax = 60_000
}

/// How an open loop spaces its arrivals.
package enum ArrivalProcess: String, Sendable, CaseIterable {
  /// Evenly spaced.
  case constant
  /// Independent of each other, as the requests of many families are.
  case poisson
}
