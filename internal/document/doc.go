// Package document makes PDFs from layouts that are data of a service item
// (items/<item>/documents/*.yaml): letters, certificates. It sets Chinese type,
// reserves places for signatures, and turns pages of PDFs, its own and those
// people hand in, into pictures. What a document says is the item's; signatures
// are put in by seal.
//
// # Layouts
//
// Lengths are millimetres, sizes of type points. Every text can contain
// {{expressions}} over the answers and facts of the case; a bare field shows as
// people read it (labels of choices, dates in words).
//
//	title: 法定代表人授权委托书        # of the file
//	en: Letter of authorisation      # what screens call it in English
//	number: 许受                     # the kind's word in the official number (文号) of an act's document
//	margin: 25
//	footer: "{{case.number}}"       # with the page number, on every page
//	blocks:
//	  - heading: 法定代表人授权委托书   # centred, large
//	  - text: 本人{{rep.name}}……      # a paragraph
//	    indent: 2                   # of the first line, in characters
//	    align: left                 # left, center, right
//	    when: by_agent
//	  - facts:                      # a table of labels and values
//	      - {label: 单位名称, value: "{{unit.name}}", when: …}
//	  - rows: members               # a table of a list of records of the form
//	    columns:                    # without them, a column for each sub-field
//	      - {label: 姓名, value: "{{name}}", width: 30}
//	  - sign: rep                   # a place reserved for a signature
//	    label: 法定代表人（签名）
//	    width: 75
//	    height: 30
//	    align: right
//	  - blank: 单位（盖章）            # a line to write on, on paper
//	    width: 55
//	  - picture: qr                 # given by the caller
//	    size: 30
//	    label: 扫码核验
//	  - line: true                  # a rule across the page
//
// Every block can have size (of its type), space (before it) and when. An
// answer that is missing leaves a blank to write on in a paragraph and a dash
// in a table.
//
// # Characters the font does not have
//
// A name must never lose a character silently. What the embedded font lacks is
// set in the first of the installation's further fonts that has it. What none has
// is drawn as a box with its code point, can be copied and searched as the
// character it is, and is named in Made.Missing, so that the caller can refuse to
// issue it.
//
// Equal input makes equal files: the only time in a file is Data.At.
package document
