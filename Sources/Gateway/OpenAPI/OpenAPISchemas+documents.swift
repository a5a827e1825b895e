/// Shapes of letters and files.
extension OpenAPISchemas {
  static let documents = #"""
    "DocumentBody": {"type":"object","required":["filename","content_type","content_base64"],"additionalProperties":false,
      "properties":{"filename":{"type":"string","minLength":1,"maxLength":255},"content_type":{"enum":["application/pdf","image/png","image/jpeg","image/webp"]},"content_base64":{"type":"string","minLength":1,"contentEncoding":"base64"}},
      "examples":[{"filename":"point.png","content_type":"image/png","content_base64":"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="}]},
    "AnalyzeBody": {"description":"A file, or the id of one that is here.","oneOf":[{"$ref":"#/components/schemas/DocumentBody"},
      {"type":"object","required":["document_id"],"additionalProperties":false,"properties":{"document_id":{"type":"string","format":"uuid"}}}],
      "examples":[{"document_id":"01990f5e-7c1a-7b3e-8f00-1234567890af"}]},
    "LetterAnalysis": {"type":"object","required":["type","summary","dates","montants","references","decisions","suggestions","warnings"],
      "properties":{"type":{"type":"string"},"summary":{"type":"string"},
        "dates":{"type":"array","items":{"type":"object","required":["date","role","label"],"properties":{"date":{"type":"string","format":"date"},"role":{"type":"string"},"label":{"type":"string"}}}},
        "montants":{"type":"array","items":{"type":"object","required":["value","currency","label"],"properties":{"value":{"type":"number","minimum":0},"currency":{"type":"string"},"label":{"type":"string"}}}},
        "references":{"type":"array","items":{"type":"object","required":["value","label"],"properties":{"value":{"type":"string"},"label":{"type":"string"}}}},
        "decisions":{"type":"array","items":{"type":"object","required":["aide","sens","debut","fin","taux","detail"],"properties":{"aide":{"type":"string"},"sens":{"enum":["accord","accord_partiel","rejet","sursis","information"]},"debut":{"type":["string","null"],"format":"date"},"fin":{"type":["string","null"],"format":"date"},"taux":{"enum":["<50","50-79",">=80","<80",null]},"detail":{"type":["string","null"]}}}},
        "suggestions":{"type":"array","items":{"type":"object","required":["code","text","due_date"],"properties":{"code":{"type":"string"},"text":{"type":"string"},"due_date":{"type":["string","null"],"format":"date"}}}},
        "warnings":{"type":"array","items":{"type":"string"}}},
      "examples":[{"type":"notification-cdaph","summary":"La CDAPH accorde l'AEEH.","dates":[{"date":"2026-10-12","role":"courrier","label":"Lille, le 12 octobre 2026"}],"montants":[],"references":[],"decisions":[{"aide":"AEEH","sens":"accord","debut":"2026-11-01","fin":"2028-10-31","taux":"50-79","detail":null}],"suggestions":[],"warnings":[]}]},
    "AnalyzeAnswer": {"type":"object","required":["document_id","analysis","model","usage"],
      "properties":{"document_id":{"type":"string","format":"uuid"},"analysis":{"$ref":"#/components/schemas/LetterAnalysis"},"model":{"type":"string"},"usage":{"$ref":"#/components/schemas/Usage"}}},
    "Document": {"type":"object","required":["id","filename","content_type","size_bytes","sha256","created_at","analysis"],
      "properties":{"id":{"type":"string","format":"uuid"},"filename":{"type":"string"},"content_type":{"enum":["application/pdf","image/png","image/jpeg","image/webp"]},"size_bytes":{"type":"integer","minimum":1},"sha256":{"type":"string","pattern":"^[0-9a-f]{64}$"},"created_at":{"$ref":"#/components/schemas/Instant"},"analysis":{"anyOf":[{"$ref":"#/components/schemas/LetterAnalysis"},{"type":"null"}]}},
      "examples":[{"id":"01990f5e-7c1a-7b3e-8f00-1234567890af","filename":"notification.pdf","content_type":"application/pdf","size_bytes":48211,"sha256":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","created_at":"2026-11-22T09:30:00.000Z","analysis":null}]},
    "DocumentList": {"type":"object","required":["documents","next_before"],
      "properties":{"documents":{"type":"array","items":{"$ref":"#/components/schemas/Document"}},"next_before":{"$ref":"#/components/schemas/Cursor"}},
      "examples":[{"documents":[],"next_before":null}]}
    """#
}
