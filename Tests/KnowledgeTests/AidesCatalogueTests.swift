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
    ("ALLOCATION ADULTE", "AAH"), ("présence parentale", "AJPP"), ("avs", "AESH-MUT"),
    ("arrêt pour enfant malade", "AJPP"), ("chien guide", "PCH-ANIMALE"),
    ("parent isolé", "AEEH-MPI"), ("ma prime adapt", "MAPRIMEADAPT"), ("cat", "ESAT"),
    ("demi part impots", "DEMI-PART"), ("taxi scolaire", "TRANSPORT-SCOLAIRE"),
    ("ordinateur", "MPA"), ("partir à 55 ans", "RETRAITE-ANTICIPEE"),
    (
      "tutelle",
      "HABILITATION-FAMILIALE"
    ), ("proche aidant", "CONGE-PROCHE-AIDANT"),
    ("ajpa", "AJPA"), ("allocation du proche aidant", "AJPA"),
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

  @Test func holdsTheFortyThreeEntriesInTheirOrder() {
    let codes = [
      "AEEH", "AEEH-C1", "AEEH-C2", "AEEH-C3", "AEEH-C4", "AEEH-C5", "AEEH-C6", "AEEH-MPI",
      "PCH-HUMAINE", "PCH-TECHNIQUE", "PCH-LOGEMENT", "PCH-VEHICULE-TRANSPORT", "PCH-CHARGES",
      "PCH-ANIMALE", "PCH-PARENTALITE", "AAH", "MVA", "CMI-INVALIDITE", "CMI-PRIORITE",
      "CMI-STATIONNEMENT", "RQTH", "ULIS", "IME", "ITEP", "SESSAD", "AESH-MUT", "AESH-IND", "MPA",
      "PPS", "TRANSPORT-SCOLAIRE", "AJPP", "AJPA", "CONGE-PROCHE-AIDANT", "APA", "ESAT",
      "EMPLOI-ACCOMPAGNE", "AGEFIPH", "FIPHFP", "MAPRIMEADAPT", "AVA", "DEMI-PART",
      "HABILITATION-FAMILIALE", "RETRAITE-ANTICIPEE",
    ]
    #expect(codes.count == 43)
    #expect(catalogue.aides.map(\.id) == codes)
  }

  /// Who decides is not who pays, but where one office does both.
  @Test func tellsWhoDecidesAndWhoPays() throws {
    for (code, decider, payer) in [
      ("AEEH", "CDAPH", "CAF ou MSA"), ("AAH", "CDAPH", "CAF ou MSA"),
      ("PCH-LOGEMENT", "CDAPH", "Conseil départemental"), ("MVA", "CAF ou MSA", "CAF ou MSA"),
      ("IME", "CDAPH", "Assurance maladie"),
      (
        "APA", "Président du conseil départemental",
        "Conseil départemental"
      ),
    ] {
      let aide = try #require(catalogue.aide(code))
      #expect(aide.decider == decider && aide.payer == payer, "\(code)")
    }
    for aide in catalogue.aides { #expect(aide.payer != "MDPH" && aide.decider != "MDPH") }
    for code in ["CMI-INVALIDITE", "CMI-PRIORITE", "CMI-STATIONNEMENT"] {
      let card = try #require(catalogue.aide(code))
      #expect(card.appeal.contains("auprès du président du conseil départemental"))
      #expect(card.appeal.contains("tribunal administratif") == (code == "CMI-STATIONNEMENT"))
    }
  }

  @Test func takesItsAmountsFromTheOneTable() throws {
    for (code, cents, since) in [
      ("AEEH", 15301, "2026-04-01"), ("AEEH-C1", 11476, "2026-04-01"),
      ("AEEH-C5", 87126, "2026-04-01"), ("AEEH-C6", 128_813, "2025-04-01"),
      ("AAH", 104_159, "2026-04-01"), ("MVA", 10477, "2008-01-01"), ("AJPP", 6580, "2025-01-01"),
      ("AJPA", 6580, "2025-01-01"),
    ] {
      let amount = try #require(catalogue.aide(code)?.amount)
      #expect(amount.cents == cents && amount.validFrom == since, "\(code)")
    }
    // What the table marks as unsure is served as unsure, or not at all.
    for code in ["PCH-TECHNIQUE", "PCH-VEHICULE-TRANSPORT", "PCH-CHARGES"] {
      #expect(catalogue.aide(code)?.amount?.status == .toVerify, "\(code)")
    }
    for code in ["AGEFIPH", "FIPHFP", "APA", "RQTH", "ULIS"] {
      #expect(catalogue.aide(code)?.amount == nil, "\(code)")
    }
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
