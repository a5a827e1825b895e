import Knowledge
import Testing

@Suite struct AidesCatalogueTests {
  private let catalogue = AidesCatalogue.standard

  @Test func codesAreUniqueAndFoundInAnyCase() {
    #expect(Set(catalogue.aides.map { $0.id.lowercased() }).count == catalogue.aides.count)
    #expect(catalogue.aide("aEeH")?.id == "AEEH")
    #expect(catalogue.aide("CMI-stationnement")?.id == "CMI-STATIONNEMENT")
    #expect(catalogue.aide("CMI") == nil)
  }

  @Test(arguments: [
    ("aeeh", "AEEH"), ("A.A.H", "AAH"), ("allocation enfant handicapé", "AEEH"),
    ("carte stationnement", "CMI-STATIONNEMENT"),
    ("carte handicapé pour se garer", "CMI-STATIONNEMENT"),
    ("macarron", "CMI-STATIONNEMENT"), ("carte d'invalidite", "CMI-INVALIDITE"),
    ("station debout penible", "CMI-PRIORITE"), ("travaileur handicapé", "RQTH"),
    ("cotorep", "RQTH"), ("pch", "PCH-HUMAINE"), ("auxiliaire de vie", "PCH-HUMAINE"),
    ("ALLOCATION ADULTE", "AAH"),
  ])
  func findsWhatFamiliesAskFor(query: String, id: String) {
    #expect(
      catalogue.search(query).first?.id == id, "\(query): \(catalogue.search(query).map(\.id))")
  }

  @Test(arguments: ["pâte à pizza", "xyzzy", "plombier chauffagiste", "!!!???"])
  func findsNothingWhereNothingFits(query: String) {
    #expect(
      catalogue.search(query).map(\.id) == (query == "!!!???" ? catalogue.aides.map(\.id) : []))
  }

  @Test func everyEntryIsWholeAndNamesADocument() throws {
    let slugs = Set(try KnowledgeDocument.all().map(\.slug))
    for aide in catalogue.aides {
      #expect(slugs.contains(aide.document), "\(aide.id)")
      for text in [
        aide.name, aide.acronym, aide.decider, aide.summary, aide.duration,
        aide.procedure, aide.appeal, aide.combination,
      ] { #expect(!text.isEmpty, "\(aide.id)") }
      #expect(!aide.conditions.isEmpty && !aide.sources.isEmpty, "\(aide.id)")
      if let amount = aide.amount {
        #expect(
          ReferenceAmounts.all.contains {
            $0.cents == amount.cents && $0.validFrom == amount.validFrom && $0.validUntil == nil
              && $0.status == amount.status
          }, "\(aide.id): no such amount in force")
      }
    }
  }
}
