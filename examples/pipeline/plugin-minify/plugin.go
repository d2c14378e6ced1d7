package main

import (
	"context"
	"fmt"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"

	contract "minify-plugin/plugin/minify"
)

// plugin minifies. It may be called concurrently, as the minifier may.
type plugin struct{ minifier *minify.M }

func newPlugin() plugin {
	minifier := minify.New()
	minifier.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepEndTags: true, KeepQuotes: true})
	minifier.AddFunc("text/css", css.Minify)
	return plugin{minifier}
}

var mediaTypes = map[contract.Format]string{
	contract.FormatHtml: "text/html",
	contract.FormatCss:  "text/css",
}

func (p plugin) Minify(
	_ context.Context, request *contract.MinifyRequestT,
) (*contract.MinifyResponseT, error) {
	mediaType, ok := mediaTypes[request.Format]
	if !ok {
		return nil, fmt.Errorf("there is no minifier for the format %v", request.Format)
	}
	text, err := p.minifier.String(mediaType, request.Text)
	if err != nil {
		return nil, fmt.Errorf("this is no %s: %w", mediaType, err)
	}
	return &contract.MinifyResponseT{Text: text}, nil
}
