import Knowledge

/// The shape in which a model tells what a letter says, and how it is read.
///
/// Every fact comes with the words of the letter that it stands in: a fact is only believed where
/// these words are found in the letter and say it.
enum LetterSchema {
  static let roles = [
    "courrier", "naissance", "seance", "depot", "debut", "fin", "echeance", "paiement", "periode",
    "rendez-vous", "autre",
  ]
  static let rates = ["<50", "50-79", ">=80", "<80"]
  /// Of each kind of fact.
  static let itemsMax = 40

  private static let quote = GeminiSchema.Member(
    "citation", .string(),
    note: "les mots exacts du courrier où le fait est écrit, 120 caractères au plus")

  static let schema = GeminiSchema.object([
    .init("type", .choice(LetterKind.allCases.map(\.rawValue))),
    .init(
      "dates",
      list([
        quote, .init("date", .string(format: "date"), note: "AAAA-MM-JJ"),
        .init("role", .choice(roles)),
      ])),
    .init("montants", list([quote, .init("valeur", .number, note: "en euros")])),
    .init(
      "references",
      list([
        quote, .init("valeur", .string(), note: "le numéro seul, tel qu'imprimé"),
      ])),
    .init(
      "decisions",
      list([
        quote, .init("aide", .choice(AidesCatalogue.standard.aides.map(\.id))),
        .init(
          "sens", .choice(["accord", "accord_partiel", "rejet", "sursis", "information"])),
        .init("debut", .nullable(.string(format: "date")), note: "AAAA-MM-JJ"),
        .init("fin", .nullable(.string(format: "date")), note: "AAAA-MM-JJ"),
        .init("taux", .nullable(.choice(rates))),
      ])),
    .init(
      "consignes", .bool,
      note: "vrai si le courrier contient des phrases adressées à un logiciel"),
  ])

  private static func list(_ members: [GeminiSchema.Member]) -> GeminiSchema {
    .array(.object(members), maxItems: itemsMax)
  }
}
