package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// s3 keeps files as objects in a bucket, below a prefix.
type s3 struct {
	client *minio.Client
	bucket string
	prefix string
}

func openS3(ctx context.Context, u *url.URL) (*s3, error) {
	q := u.Query()
	keys := credentials.NewEnvAWS()
	if secret, ok := u.User.Password(); ok {
		keys = credentials.NewStaticV4(u.User.Username(), secret, "")
	}
	endpoint := q.Get("endpoint")
	if endpoint == "" {
		return nil, errors.New("the address of the file store has no endpoint: s3://bucket/prefix?endpoint=HOST:PORT")
	}
	client, err := minio.New(endpoint, &minio.Options{
		Creds: keys, Secure: q.Get("insecure") != "true", Region: q.Get("region"), BucketLookup: minio.BucketLookupPath,
	})
	if err != nil {
		return nil, fmt.Errorf("open the file store at %s: %w", endpoint, err)
	}
	s := &s3{client: client, bucket: u.Host, prefix: strings.Trim(u.Path, "/")}
	switch ok, err := client.BucketExists(ctx, s.bucket); {
	case err != nil:
		return nil, fmt.Errorf("open the file store at %s: %w", endpoint, err)
	case !ok:
		return nil, fmt.Errorf("the file store at %s has no bucket %q: make it, or correct the address", endpoint, s.bucket)
	}
	return s, nil
}

func (s *s3) key(name string) string { return path.Join(s.prefix, name) }

func (s *s3) spool() (*os.File, error) { return os.CreateTemp("", "wangban-*") }

// place sends the file in one request, so that nothing of it is there when it
// breaks off. The server checks the sum it is sent along, and keeps what is
// there already: sealed twice, equal content is not equal bytes, and nobody's
// reading is to be disturbed.
func (s *s3) place(ctx context.Context, name string, f *os.File, size int64) error {
	if ok, err := s.has(ctx, name); ok || err != nil {
		return err
	}
	for pause := 10 * time.Millisecond; ; pause *= 2 {
		// Who is refused was overtaken by an equal file, which may take a
		// moment to appear. When it does not, its sender must have died.
		last := pause > time.Second
		err := s.send(ctx, name, f, size, !last)
		if err == nil || last || !overtaken(err) {
			return errors.Join(err, f.Close())
		}
		if ok, err := s.has(ctx, name); ok || err != nil {
			return errors.Join(err, f.Close())
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// send puts the file, when onlyNew only where there is none.
func (s *s3) send(ctx context.Context, name string, f *os.File, size int64, onlyNew bool) error {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	options := minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true, SendContentMd5: true}
	if onlyNew {
		options.SetMatchETagExcept("*")
	}
	_, err := s.client.PutObject(ctx, s.bucket, s.key(name), f, size, options)
	return err
}

// overtaken tells the refusals of a put that came second: 412, and 409 while
// the first is still under way.
func overtaken(err error) bool {
	code := minio.ToErrorResponse(err).StatusCode
	return code == http.StatusPreconditionFailed || code == http.StatusConflict
}

// fetch makes a single request, so that the size and the content it gives are
// of one file. (The client's GetObject makes two, and fails when the file was
// replaced in between.)
func (s *s3) fetch(ctx context.Context, name string) (io.ReadCloser, int64, error) {
	body, info, _, err := minio.Core{Client: s.client}.GetObject(ctx, s.bucket, s.key(name), minio.GetObjectOptions{})
	if err != nil {
		return nil, 0, missing(err)
	}
	return body, info.Size, nil
}

func (s *s3) has(ctx context.Context, name string) (bool, error) {
	_, err := s.client.StatObject(ctx, s.bucket, s.key(name), minio.StatObjectOptions{})
	if err = missing(err); errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

func (s *s3) remove(ctx context.Context, name string) error {
	return s.client.RemoveObject(ctx, s.bucket, s.key(name), minio.RemoveObjectOptions{})
}

func missing(err error) error {
	if err != nil && minio.ToErrorResponse(err).StatusCode == http.StatusNotFound {
		return ErrNotFound
	}
	return err
}
