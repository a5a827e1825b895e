/// Finds the aids of the catalogue that a text names.
enum AidNames {
  /// An aid and where it is named.
  struct Found: Sendable {
    let code: String
    let places: Range<Int>
    /// The allowance as a whole, where its elements have codes of their own.
    var isWhole = false
  }

  /// What letters call the aids, without accents; a longer name wins over one within it.
  private static let names: [(String, String)] = [
    ("allocation d'education de l'enfant handicape", "AEEH"), ("aeeh de base", "AEEH"),
    ("aeeh", "AEEH"), ("allocation d'education", "AEEH"),
    ("majoration specifique pour parent isole", "AEEH-MPI"),
    ("majoration pour parent isole", "AEEH-MPI"), ("majoration parent isole", "AEEH-MPI"),
    ("pch aide humaine", "PCH-HUMAINE"), ("pch - aide humaine", "PCH-HUMAINE"),
    ("pch aides humaines", "PCH-HUMAINE"), ("pch : aide humaine", "PCH-HUMAINE"),
    ("element aide humaine", "PCH-HUMAINE"), ("element 1", "PCH-HUMAINE"),
    ("aide humaine de la pch", "PCH-HUMAINE"), ("aides humaines", "PCH-HUMAINE"),
    ("pch aide technique", "PCH-TECHNIQUE"), ("pch aides techniques", "PCH-TECHNIQUE"),
    ("aides techniques", "PCH-TECHNIQUE"), ("aide technique", "PCH-TECHNIQUE"),
    ("amenagement du logement", "PCH-LOGEMENT"), ("amenagements du logement", "PCH-LOGEMENT"),
    ("amenagement de votre logement", "PCH-LOGEMENT"),
    ("pch logement", "PCH-LOGEMENT"),
    ("pch element 1", "PCH-HUMAINE"), ("pch element 2", "PCH-TECHNIQUE"),
    ("pch element 5", "PCH-ANIMALE"), ("element 2", "PCH-TECHNIQUE"),
    ("element 5", "PCH-ANIMALE"), ("element 3 logement", "PCH-LOGEMENT"),
    ("element 3 : logement", "PCH-LOGEMENT"), ("element 3 - logement", "PCH-LOGEMENT"),
    ("amenagement du domicile", "PCH-LOGEMENT"), ("adaptation du logement", "PCH-LOGEMENT"),
    ("adaptation de votre logement", "PCH-LOGEMENT"),
    ("amenagement du vehicule", "PCH-VEHICULE-TRANSPORT"),
    ("amenagement de votre vehicule", "PCH-VEHICULE-TRANSPORT"),
    ("surcouts de transport", "PCH-VEHICULE-TRANSPORT"),
    ("surcouts lies aux transports", "PCH-VEHICULE-TRANSPORT"),
    ("surcouts lies au transport", "PCH-VEHICULE-TRANSPORT"),
    ("surcout lie au transport", "PCH-VEHICULE-TRANSPORT"),
    ("frais de transport", "PCH-VEHICULE-TRANSPORT"),
    ("surcout de transport", "PCH-VEHICULE-TRANSPORT"),
    ("pch transport", "PCH-VEHICULE-TRANSPORT"), ("pch vehicule", "PCH-VEHICULE-TRANSPORT"),
    ("charges specifiques", "PCH-CHARGES"), ("charges exceptionnelles", "PCH-CHARGES"),
    ("aide animaliere", "PCH-ANIMALE"), ("aides animalieres", "PCH-ANIMALE"),
    ("pch parentalite", "PCH-PARENTALITE"), ("aide a la parentalite", "PCH-PARENTALITE"),
    ("prestation de compensation du handicap", "PCH"), ("prestation de compensation", "PCH"),
    ("pch", "PCH"),
    ("allocation aux adultes handicapes", "AAH"), ("allocation adultes handicapes", "AAH"),
    ("allocation aux adultes", "AAH"), ("aah", "AAH"),
    ("majoration pour la vie autonome", "MVA"), ("mva", "MVA"),
    ("carte mobilite inclusion mention invalidite", "CMI-INVALIDITE"),
    ("carte mobilite inclusion invalidite", "CMI-INVALIDITE"),
    ("cmi mention invalidite", "CMI-INVALIDITE"), ("cmi invalidite", "CMI-INVALIDITE"),
    ("cmi-invalidite", "CMI-INVALIDITE"), ("mention invalidite", "CMI-INVALIDITE"),
    ("carte mobilite inclusion mention priorite", "CMI-PRIORITE"),
    ("carte mobilite inclusion priorite", "CMI-PRIORITE"),
    ("cmi mention priorite", "CMI-PRIORITE"), ("cmi priorite", "CMI-PRIORITE"),
    ("cmi-priorite", "CMI-PRIORITE"), ("mention priorite", "CMI-PRIORITE"),
    ("carte mobilite inclusion mention stationnement", "CMI-STATIONNEMENT"),
    ("carte mobilite inclusion stationnement", "CMI-STATIONNEMENT"),
    ("cmi mention stationnement", "CMI-STATIONNEMENT"), ("cmi stationnement", "CMI-STATIONNEMENT"),
    ("cmi-stationnement", "CMI-STATIONNEMENT"), ("mention stationnement", "CMI-STATIONNEMENT"),
    ("carte de stationnement", "CMI-STATIONNEMENT"),
    ("reconnaissance de la qualite de travailleur handicape", "RQTH"),
    ("qualite de travailleur handicape", "RQTH"), ("travailleur handicape", "RQTH"),
    ("rqth", "RQTH"), ("roth", "RQTH"),
    ("unite localisee pour l'inclusion scolaire", "ULIS"),
    ("unites localisees pour l'inclusion scolaire", "ULIS"), ("ulis", "ULIS"),
    ("institut medico-educatif", "IME"), ("institut medico educatif", "IME"), ("ime", "IME"),
    ("institut therapeutique, educatif et pedagogique", "ITEP"),
    ("institut therapeutique educatif et pedagogique", "ITEP"), ("ditep", "ITEP"),
    ("itep", "ITEP"),
    ("service d'education speciale et de soins a domicile", "SESSAD"),
    ("service d'education specialisee et de soins a domicile", "SESSAD"), ("sessad", "SESSAD"),
    ("aide humaine mutualisee", "AESH-MUT"), ("aesh mutualise", "AESH-MUT"),
    ("aesh mutualisee", "AESH-MUT"), ("aesh-m", "AESH-MUT"), ("aesh mut", "AESH-MUT"),
    ("accompagnement mutualise", "AESH-MUT"), ("aide mutualisee", "AESH-MUT"),
    ("accompagnant mutualise", "AESH-MUT"), ("accompagnant a titre mutualise", "AESH-MUT"),
    ("accompagnement a titre mutualise", "AESH-MUT"),
    ("accompagnant a titre individuel", "AESH-IND"),
    ("accompagnement a titre individuel", "AESH-IND"),
    ("aide humaine individuelle", "AESH-IND"), ("aesh individuel", "AESH-IND"),
    ("aesh individuelle", "AESH-IND"), ("aesh-i", "AESH-IND"),
    ("accompagnement individuel", "AESH-IND"), ("aide individuelle", "AESH-IND"),
    ("accompagnant individuel", "AESH-IND"),
    ("materiel pedagogique adapte", "MPA"), ("materiel pedagogique", "MPA"),
    ("projet personnalise de scolarisation", "PPS"), ("pps", "PPS"),
    ("transport scolaire", "TRANSPORT-SCOLAIRE"), ("transport adapte", "TRANSPORT-SCOLAIRE"),
    ("transports scolaires", "TRANSPORT-SCOLAIRE"),
    ("allocation journaliere de presence parentale", "AJPP"), ("ajpp", "AJPP"),
    ("allocation journaliere du proche aidant", "AJPA"), ("ajpa", "AJPA"),
    ("conge de proche aidant", "CONGE-PROCHE-AIDANT"),
    ("conge proche aidant", "CONGE-PROCHE-AIDANT"),
    ("allocation personnalisee d'autonomie", "APA"), ("apa", "APA"),
    ("etablissement et service d'aide par le travail", "ESAT"),
    ("etablissement ou service d'aide par le travail", "ESAT"),
    ("etablissement et service d'accompagnement par le travail", "ESAT"),
    ("etablissement ou service d'accompagnement par le travail", "ESAT"), ("esat", "ESAT"),
    ("emploi accompagne", "EMPLOI-ACCOMPAGNE"), ("agefiph", "AGEFIPH"), ("fiphfp", "FIPHFP"),
    ("maprimeadapt", "MAPRIMEADAPT"), ("assurance vieillesse des aidants", "AVA"),
    ("assurance vieillesse du parent au foyer", "AVA"), ("avpf", "AVA"), ("ava", "AVA"),
    ("demi-part", "DEMI-PART"), ("demi part", "DEMI-PART"),
    ("habilitation familiale", "HABILITATION-FAMILIALE"),
    ("retraite anticipee", "RETRAITE-ANTICIPEE"),
  ]

  /// Recognition parts wide capitals: `AE EH`.
  private static let parted = names.filter { name, _ in
    ["aeeh", "ajpp", "ajpa", "rqth", "ulis", "itep", "ditep", "esat", "sessad"].contains(name)
  }.flatMap { name, code in
    (1..<name.count).map { (String(name.prefix($0)) + " " + name.dropFirst($0), code) }
  }

  /// Longest first.
  private static let ordered = (names + parted).sorted { $0.0.count > $1.0.count }

  /// The compensation without an element; no code of the catalogue.
  static let compensation = "PCH"
  /// What it stands for where no element is named.
  static let humanHelp = "PCH-HUMAINE"

  /// Aids in the order of the text.
  /// - Parameter isAboutCards: a mention of the card stands alone: `Invalidité`.
  /// - Parameter isCompensation: the letter is about the compensation, so that `aide humaine` is
  ///   its element and none at school.
  static func find(
    in plain: String, isAboutCards: Bool, isCompensation: Bool = false
  ) -> [Found] {
    let (text, original) = FoldedText.flat(plain)
    let bytes = Array(text.utf8)
    let hasComplement = !FoldedText.occurrences(of: "complement", in: bytes).isEmpty
    var found = hasComplement ? complements(text) : []
    let free: (Range<Int>) -> Bool = { places in !found.contains { $0.places.overlaps(places) } }
    func search(_ name: String, _ code: String) {
      for places in occurrences(of: name, in: bytes) where free(places) {
        found.append(Found(code: code, places: places))
      }
    }
    for (name, code) in ordered { search(name, code) }
    for (places, code) in cards(text) where free(places) {
      found.append(Found(code: code, places: places))
    }
    if isAboutCards {
      search("invalidite", "CMI-INVALIDITE")
      search("priorite", "CMI-PRIORITE")
      search("stationnement", "CMI-STATIONNEMENT")
    }
    let isCompensation = isCompensation || found.contains { $0.code.hasPrefix("PCH") }
    for places in occurrences(of: "aide humaine", in: bytes) where free(places) {
      // `aide humaine à la scolarisation (mutualisée)`
      let isShared = !FoldedText.occurrences(
        of: "mutualis", in: Array(bytes[places.upperBound...].prefix(60))
      ).isEmpty
      let code = isCompensation ? "PCH-HUMAINE" : isShared ? "AESH-MUT" : "AESH-IND"
      found.append(Found(code: code, places: places))
    }
    // A letter about cards names other aids for its reasons only; so does `ni aide technique`.
    found.removeAll { aid in
      if isAboutCards, !aid.code.hasPrefix("CMI-") { return true }
      let before = String(decoding: bytes[..<aid.places.lowerBound].suffix(16), as: UTF8.self)
      return before.hasSuffix("ni ") || before.hasSuffix("avec votre ")
    }
    let hasElement = found.contains { $0.code.hasPrefix("PCH-") }
    return found.compactMap { aid in
      guard aid.code != compensation || !hasElement else { return nil }
      return Found(
        code: aid.code,
        places: original[aid.places.lowerBound]..<original[aid.places.upperBound],
        isWhole: aid.code == compensation)
    }.sorted { $0.places.lowerBound < $1.places.lowerBound }
  }

  /// `La carte portant la mention « stationnement »`, `carte de priorité`.
  private static func cards(_ text: String) -> [(Range<Int>, String)] {
    text.matches(
      of:
        #/
        (?:mention|carte|cmi)s?[\h:,"\-]{1,4}(?:de\h|d')?(invalidite|priorite|stationnement)\b
      /#
    ).map { match in
      let start = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
      return (start..<start + match.output.0.utf8.count, "CMI-\(match.output.1.uppercased())")
    }
  }

  /// Complements of the AEEH by their category.
  private static func complements(_ text: String) -> [Found] {
    let ordinals = ["premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme"]
    var found: [Found] = []
    let pattern =
      #/
        complement(?:[a-z'\h,]{0,70}?[\h,(:\-]*(?:([1-6l])\h?(?:re|ere|er|e|eme|de|nde)?\h
        categorie|(premier|deuxieme|second|troisieme|quatrieme|cinquieme|sixieme)e?\hcategorie
        |categorie\h(?:n~?\h?)?([1-6]))|(?:\hd'aeeh|\haeeh|\hde\hl'aeeh)?(?:\hn~?)?\h?([1-6])\b)
      /#
    for match in text.matches(of: pattern) {
      var number = match.1.map { $0 == "l" ? 1 : Int($0) ?? 0 } ?? 0
      if let word = match.2 {
        number = word == "second" ? 2 : (ordinals.firstIndex(of: String(word)) ?? -1) + 1
      }
      if let digit = match.3 ?? match.4 { number = Int(digit) ?? 0 }
      guard (1...6).contains(number) else { continue }
      let start = text.utf8.distance(from: text.startIndex, to: match.range.lowerBound)
      let end = text.utf8.distance(from: text.startIndex, to: match.range.upperBound)
      // `complément de 1re catégorie de l'AEEH`: the name behind belongs to it.
      let rest = text[match.range.upperBound...]
      let tail = rest.prefixMatch(
        of: /\ (?:de l'|d'|a l')(?:aeeh|allocation d'education(?: de l'enfant handicape)?)/)
      let length = tail.map {
        text.utf8.distance(from: $0.range.lowerBound, to: $0.range.upperBound)
      }
      found.append(Found(code: "AEEH-C\(number)", places: start..<end + (length ?? 0)))
    }
    return found
  }

  /// `Complément AEEH`, and its category on a line further on: `Catégorie : 4`.
  static func formComplement(
    in text: FoldedText, at places: Range<Int>, besides aids: [Found]
  ) -> Found? {
    guard !aids.contains(where: { $0.code.hasPrefix("AEEH-C") }) else { return nil }
    let plain = text.plain(places.lowerBound..<places.upperBound + 200)
    guard
      let match = plain.prefixMatch(
        of: /([^a-z]{0,8})complement\b[^.;0-9]{0,180}categorie ?: *([1-6])\b/)
    else { return nil }
    let start = match.1.utf8.count
    return Found(code: "AEEH-C\(match.2)", places: start..<start + 10)
  }

  /// Recognition reads `l'AEEH` as one word, its article as one letter that looks alike.
  private static func isElided(_ name: String, at place: Int, in bytes: [UInt8]) -> Bool {
    let elided = ["aeeh", "aah", "ajpp", "ajpa", "esat", "ulis", "itep", "ime", "apa"]
    return elided.contains(name.filter { $0 != " " })
      && Array("lipfd1".utf8).contains(bytes[place - 1])
      && (place < 2 || !FoldedText.isWordByte(bytes[place - 2]))
  }

  private static func occurrences(of name: String, in bytes: [UInt8]) -> [Range<Int>] {
    FoldedText.occurrences(of: name, in: bytes).filter { places in
      if places.lowerBound > 0, FoldedText.isWordByte(bytes[places.lowerBound - 1]),
        !isElided(name, at: places.lowerBound, in: bytes)
      {
        return false
      }
      func byte(_ place: Int) -> UInt8? { place < bytes.count ? bytes[place] : nil }
      // A plural is the same name.
      let isPlural = byte(places.upperBound) == UInt8(ascii: "s")
      return !FoldedText.isWordByte(byte(places.upperBound + (isPlural ? 1 : 0)))
    }
  }
}
