package jobs

import (
	"context"
	"crypto/sha256"
	"sync"

	"sluice/engine/flow"
	"sluice/engine/run"
)

// callers knows the jobs that run, by the hash of their token and by their id.
// A token is worth something only while its job runs.
type callers struct {
	mu    sync.RWMutex
	token map[[32]byte]*job
	uuid  map[string]*job
}

func (c *callers) add(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token == nil {
		c.token, c.uuid = make(map[[32]byte]*job), make(map[string]*job)
	}
	c.token[sha256.Sum256([]byte(j.token))] = j
	c.uuid[j.uuid] = j
}

func (c *callers) remove(j *job) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.token, sha256.Sum256([]byte(j.token)))
	delete(c.uuid, j.uuid)
}

// SecretOf returns the key from which a running job's links are derived.
func (s *Scheduler) SecretOf(uuid string) ([]byte, bool) { return s.callers.secretOf(uuid) }

// secretOf returns the key from which a running job's links are derived.
func (c *callers) secretOf(uuid string) ([]byte, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	j := c.uuid[uuid]
	if j == nil {
		return nil, false
	}
	return j.secret, true
}

// Caller returns the job that a token belongs to; code api.token if none.
func (f Steps) Caller(_ context.Context, token string) (run.Caller, error) {
	s := f.s
	s.callers.mu.RLock()
	defer s.callers.mu.RUnlock()
	j := s.callers.token[sha256.Sum256([]byte(token))]
	if j == nil {
		return run.Caller{}, run.ErrToken
	}
	return run.Caller{Job: j.uuid, Run: j.run, Step: j.step, Attempt: j.attempt, Contained: flow.Contained(j.code.Language)}, nil
}
