import Knowledge
import Testing

@Suite struct ReferenceAmountsTests {
  private let sentences = KnowledgeIndex.standard.passages.flatMap(\.sentences).map(\.text)
  /// An amount as texts write it.
  private static var written: Regex<Substring> { /\d[\d ]*(?:,\d\d)? €/ }

  @Test func holdEveryAmountOfTheDocuments() {
    let known = Set(ReferenceAmounts.all.map(\.text))
    var found: Set<String> = []
    for sentence in sentences {
      #expect(
        sentence.matches(of: Self.written).count == sentence.filter { $0 == "€" }.count,
        "\(sentence)")
      for match in sentence.matches(of: Self.written) {
        found.insert(String(match.0))
        #expect(known.contains(String(match.0)), "\(match.0) in: \(sentence)")
      }
    }
    #expect(known.subtracting(found) == [], "in the table, but in no document")
  }

  @Test func standNowhereWithoutADate() {
    for sentence in sentences where sentence.contains("€") {
      #expect(
        sentence.firstMatch(of: /([Dd]epuis le|[Dd]u|relevés? le) (1er|22) [a-zé]+ 20\d\d/) != nil,
        "\(sentence)")
    }
  }

  @Test func areMarkedWhereTheyAreToBeVerified() {
    // An amount of another name may be as high: only those that no sure name shares.
    let sure = Set(ReferenceAmounts.all.filter { $0.status != .toVerify }.map(\.text))
    let unsure = ReferenceAmounts.all.filter { $0.status == .toVerify && !sure.contains($0.text) }
    #expect(unsure.count >= 2)
    for amount in unsure {
      for sentence in sentences where sentence.contains(amount.text) {
        #expect(sentence.contains("à vérifier auprès d"), "\(sentence)")
      }
    }
  }

  @Test func areWrittenOnce() {
    let keys = ReferenceAmounts.all.map {
      "\($0.name) \($0.validFrom ?? "") \($0.validUntil ?? "")"
    }
    #expect(Set(keys).count == keys.count)
  }

  @Test func readAsFrenchWritesThem() {
    let texts = Set(ReferenceAmounts.all.map(\.text))
    for text in ["1 041,59 €", "153,01 €", "12 499,08 €", "900 €", "10 000 €"] {
      #expect(texts.contains(text))
    }
  }

  @Test(arguments: [
    ("2026-11-23", "2026-06-01"), ("2026-05-31", "2026-04-01"), ("2026-04-01", "2026-04-01"),
    ("2026-03-31", "2026-01-01"), ("2025-12-31", "2025-04-01"),
    ("2021-01-01", "2021-01-01"), ("2020-12-31", "2008-01-01"), ("2000-01-01", "2000-01-01"),
  ])
  func tellTheDayFromWhichTheyHold(today: String, since: String) {
    #expect(ReferenceAmounts.validityDate(today: today) == since)
  }

  /// Worked out again from the amounts that they come from.
  @Test func areCalculatedRight() throws {
    func cents(_ name: String) throws -> Int {
      try #require(
        ReferenceAmounts.all.first { $0.name.hasPrefix(name) && $0.validUntil == nil }
      ).cents
    }
    let allowance = try cents("AAH, montant maximal")
    #expect(try cents("AAH, plafond annuel") == allowance * 12)
    #expect(try cents("AAH, majoration du plafond") == allowance * 6)
    let base = try cents("BMAF")
    // Shares of the base in hundredths of a percent; half a cent is rounded up.
    func share(_ part: Int) -> Int { (base * part + 5000) / 10_000 }
    #expect(try cents("AEEH de base") == share(3200))
    for (category, part) in [(1, 2400), (2, 6500), (3, 9200), (4, 14257), (5, 18221)] {
      #expect(try cents("Complément AEEH, catégorie \(category)") == share(part))
    }
    for (category, part) in [(2, 1300), (3, 1800), (4, 5700), (5, 7300), (6, 10700)] {
      #expect(try cents("Majoration parent isolé, catégorie \(category)") == share(part))
    }
    #expect(
      try cents("ASPA, personne seule, par an") / 12 == cents("ASPA, personne seule, par mois"))
    #expect(
      try cents("AJPP et AJPA, par jour") == 2 * cents("AJPP et AJPA, par demi-journée"))
  }
}
