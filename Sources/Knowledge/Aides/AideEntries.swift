/// The entries of the catalogue, in the order in which equals are shown.
///
/// Their amounts are those of `ReferenceAmounts`, their sources those of the document that tells
/// more: nothing is written twice.
enum AideEntries {
  static let all: [Aide] = children + compensation + adults + school + carers + work + life

  private static let documents = Dictionary(
    KnowledgeDocument.readable().map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })

  /// One entry; the sources are those of its document.
  static func entry(
    _ id: String, _ name: String, acronym: String, for audience: Aide.Audience,
    document: String, route: AideRoute, payer: String?, summary: String,
    amount: Aide.Amount? = nil, conditions: [String], duration: String, combination: String,
    alsoCalled everydayNames: [String]
  ) -> Aide {
    Aide(
      id: id, name: name, acronym: acronym, audience: audience, decider: route.decider,
      payer: payer, summary: summary, amount: amount, document: document, conditions: conditions,
      duration: duration, procedure: route.procedure, form: route.form, appeal: route.appeal,
      combination: combination,
      sources: documents[document]?.sources.map {
        Aide.Source($0.name, $0.reference, url: $0.url)
      } ?? [],
      everydayNames: everydayNames)
  }

  static let familyFund = "CAF ou MSA"
  static let department = "Conseil départemental"
  static let state = "État (Éducation nationale)"
  static let healthInsurance = "Assurance maladie"
}

extension Aide.Amount {
  init(_ amount: ReferenceAmount, _ period: String) {
    self.init(
      cents: amount.cents, period: period, validFrom: amount.validFrom, status: amount.status)
  }
}
