import CLibPQ

/// A transaction on its way over a connection: what is still to be handed to libpq, and what each
/// result that comes is the answer to.
struct Transaction {
  /// What a command was for; the server answers them in order, one result each.
  enum Command {
    /// A statement; nobody wants the results of the preamble.
    case statement(isWanted: Bool, isNamed: Bool)
    case preparation(StatementCache.Key)
    case deallocation
  }

  private(set) var statements: [EncodedStatement]
  /// The statements at the front whose results nobody wants.
  private(set) var preamble: Int
  /// The first value of the preamble's answer, where that is to be checked.
  let echo: String?
  /// Sent again after the server did not know a name; nothing was left of the first time.
  let isRepeated: Bool
  /// More statements may follow when these are answered: it is not ended by a Sync yet.
  private(set) var isOpen: Bool
  /// The server was asked to answer what it has, though no Sync follows yet.
  var isFlushRequested = false
  /// Statements handed to libpq.
  var queuedCount = 0
  /// The Sync that ends it has been handed to libpq.
  var isSynced = false
  var results: [PostgresRows] = []
  private(set) var failure: PostgresError?
  /// A prepared statement is not what it should be.
  private(set) var isStale = false
  /// A name from an earlier transaction was used, and none made: success proves that names last.
  var usesOldNamesOnly: Bool { executedNames > 0 && !hasPrepared }
  private var executedNames = 0
  private var hasPrepared = false
  /// Bytes that came, as far as they could be counted.
  var receivedBytes = 0
  /// The largest row, or statement, in bytes; told of those that make a buffer grow.
  var largestBytes = 0
  private var commands: [Command] = []
  private var answeredCount = 0

  init(
    _ statements: [EncodedStatement], preamble: Int, echo: String? = nil, isRepeated: Bool = false,
    isOpen: Bool = false
  ) {
    self.isOpen = isOpen
    self.statements = statements
    self.preamble = preamble
    self.echo = echo
    self.isRepeated = isRepeated
    commands.reserveCapacity(statements.count)
    for statement in statements { largestBytes = max(largestBytes, statement.block.count) }
  }

  /// The same, from the start.
  func repeated() -> Transaction {
    Transaction(statements, preamble: preamble, echo: echo, isRepeated: true)
  }

  /// Goes on with further statements, after all before have been answered.
  mutating func resume(_ statements: [EncodedStatement], isLast: Bool) {
    self.statements = statements
    preamble = 0
    queuedCount = 0
    results = []
    commands.removeAll(keepingCapacity: true)
    answeredCount = 0
    isOpen = !isLast
    isFlushRequested = false
    hasStepped = false
    receivedBytes = 0
    for statement in statements { largestBytes = max(largestBytes, statement.block.count) }
  }

  /// Takes no more statements: the Sync follows.
  mutating func endEarly() {
    isOpen = false
    isFlushRequested = false
    queuedCount = statements.count
  }

  /// The results of this step have been handed on.
  var hasStepped = false

  /// Everything sent so far of an open transaction is answered, and well.
  var isStepComplete: Bool {
    isOpen && isFlushRequested && !hasStepped && failure == nil && answeredCount == commands.count
  }

  /// A command was handed to libpq.
  mutating func expect(_ command: Command) {
    commands.append(command)
    switch command {
    case .statement(_, isNamed: true): executedNames += 1
    case .preparation: hasPrepared = true
    case .statement, .deallocation: break
    }
  }

  /// Every statement has been answered.
  var isComplete: Bool { isSynced && results.count == statements.count - preamble }

  /// Whose answer the next result is; `nil` for what belongs to the transaction as a whole.
  mutating func nextAnswered() -> Command? {
    guard answeredCount < commands.count else { return nil }
    answeredCount += 1
    return commands[answeredCount - 1]
  }

  /// The first failure counts: what follows it follows from it.
  mutating func failed(_ error: PostgresError, at command: Command?) {
    guard failure == nil else { return }
    failure = error
    // A name unknown, or a plan that no longer fits the tables (which shares its code with others,
    // for which once more is once too often but does no harm: it is rolled back).
    switch command {
    case .statement(_, isNamed: true), .deallocation:
      isStale = error.sqlState == "26000" || error.sqlState == "0A000"
    case .statement, .preparation, nil: break
    }
  }
}

/// Rows so large that libpq's buffer, which never shrinks, had to grow for them.
extension ResultHandle {
  /// Memory that the result takes, in bytes.
  var memoryBytes: Int { Int(PQresultMemorySize(pointer)) }

  /// Whether the first value of the only row is this text.
  func begins(with text: String) -> Bool {
    guard PQntuples(pointer) == 1, PQnfields(pointer) > 0, let value = PQgetvalue(pointer, 0, 0)
    else { return false }
    return String(cString: value) == text
  }

  /// Bytes of the largest row.
  var largestRowBytes: Int {
    var largest = 0
    for row in 0..<PQntuples(pointer) {
      var bytes = 0
      for column in 0..<PQnfields(pointer) { bytes += Int(PQgetlength(pointer, row, column)) }
      largest = max(largest, bytes)
    }
    return largest
  }
}
