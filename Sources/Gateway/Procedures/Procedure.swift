import ServiceHost

/// A row of `procedures`: one of a family's undertakings with an office, as it stands.
struct Procedure: Sendable {
  /// The closed list of the contract, in the order in which a procedure usually passes them.
  static let statuses = [
    "brouillon", "en_cours", "deposee", "en_instruction", "acceptee", "refusee", "recours",
    "terminee",
  ]
  /// Those after which no deadline of it counts.
  static let closedStatuses = ["acceptee", "refusee", "terminee"]

  let id: String
  let type: String
  let title: String
  let status: String
  /// `YYYY-MM-DD`.
  let dueDate: String?
  let notes: String?
  /// A JSON array as stored.
  let steps: String
  let version: Int
  /// RFC 3339.
  let createdAt: String
  let updatedAt: String

  /// What `If-Match` is held against.
  var tag: String { "\"\(version)\"" }

  /// The JSON of a procedure, in the contract's shape.
  func write(into json: inout JSONText) {
    json.object {
      $0.member("id", id)
      $0.member("type", type)
      $0.member("title", title)
      $0.member("status", status)
      $0.member("due_date", dueDate)
      $0.member("notes", notes)
      $0.member("steps", json: steps)
      $0.member("version", version)
      $0.member("created_at", createdAt)
      $0.member("updated_at", updatedAt)
    }
  }
}

/// One step of a procedure.
struct ProcedureStep: Sendable {
  static let countMax = 50

  let title: String
  let isDone: Bool

  /// Reads the field `steps`, every fault with its place.
  static func read(from json: inout JSONObject) -> [ProcedureStep]? {
    json.objects("steps", countMax: countMax) { step in
      let title = step.string("title", maxCharacters: 200)
      let isDone = step.bool("done") ?? false
      return title.map { ProcedureStep(title: $0, isDone: isDone) }
    }
  }

  /// As stored.
  static func json(_ steps: [ProcedureStep]) -> String {
    var json = JSONText()
    json.array(steps) { step, json in
      json.object {
        $0.member("title", step.title)
        $0.member("done", step.isDone)
      }
    }
    return json.text
  }
}

/// A procedure as it is first written.
struct ProcedureDraft: Sendable {
  let type: String
  let title: String
  let status: String
  let dueDate: String?
  let notes: String?
  let steps: [ProcedureStep]

  /// Reads a whole body; throws 422 with every fault.
  init(_ json: inout JSONObject) throws(Problem) {
    let type = json.string("type", maxCharacters: ProcedureLimits.typeCharactersMax)
    let title = json.string("title", maxCharacters: ProcedureLimits.titleCharactersMax)
    let status = json.word("status", of: Procedure.statuses)
    let dueDate = json.date("due_date")
    let notes = json.string(
      "notes", required: false, minCharacters: 0, maxCharacters: ProcedureLimits.notesCharactersMax)
    let steps = ProcedureStep.read(from: &json)
    try json.finish()
    guard let type, let title else { throw .internal }
    self.type = type
    self.title = title
    self.status = status ?? Procedure.statuses[0]
    self.dueDate = dueDate
    self.notes = notes
    self.steps = steps ?? []
  }
}

/// A partial change of a procedure.
struct ProcedureChange: Sendable {
  let type: String?
  let title: String?
  let status: String?
  let dueDate: FieldChange<String>
  let notes: FieldChange<String>
  let steps: [ProcedureStep]?
  /// The version that the change was made on.
  let version: Int?

  /// Reads a subset of the fields; throws 422 with every fault.
  init(_ json: inout JSONObject) throws(Problem) {
    type =
      json.change("type", canBeCleared: false) {
        $0.string("type", maxCharacters: ProcedureLimits.typeCharactersMax)
      }.value
    title =
      json.change("title", canBeCleared: false) {
        $0.string("title", maxCharacters: ProcedureLimits.titleCharactersMax)
      }.value
    status =
      json.change("status", canBeCleared: false) {
        $0.word("status", of: Procedure.statuses)
      }.value
    dueDate = json.change("due_date", canBeCleared: true) { $0.date("due_date") }
    notes = json.change("notes", canBeCleared: true) {
      $0.string(
        "notes", required: false, minCharacters: 0,
        maxCharacters: ProcedureLimits.notesCharactersMax)
    }
    steps = json.change("steps", canBeCleared: false) { ProcedureStep.read(from: &$0) }.value
    version =
      json.change("version", canBeCleared: false) {
        $0.int("version", in: 1...Int(Int32.max))
      }.value
    try json.finish()
  }
}

/// Lengths, as the table has them.
enum ProcedureLimits {
  static let typeCharactersMax = 60
  static let titleCharactersMax = 200
  static let notesCharactersMax = 4000
}
