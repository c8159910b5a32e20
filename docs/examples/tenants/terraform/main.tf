terraform {
  required_providers {
    auth0 = {
      source = "auth0/auth0"
    }
  }
}

variable "namespace" {
  type    = string
  default = "https://shop.example"
}

variable "reason" {
  type      = string
  sensitive = true
}

variable "default_plan" {
  type      = string
  sensitive = true
}

resource "auth0_action_module" "plans" {
  name    = "plans"
  publish = true
  code    = file("${path.module}/modules/plans.js")

  secrets {
    name  = "DEFAULT_PLAN"
    value = var.default_plan
  }
}

resource "auth0_action" "block_unverified" {
  name    = "Block Unverified"
  runtime = "node22"
  deploy  = true
  code    = file("${path.module}/actions/block-unverified.js")

  supported_triggers {
    id      = "post-login"
    version = "v3"
  }

  secrets {
    name  = "REASON"
    value = var.reason
  }
}

resource "auth0_action" "plan_claim" {
  name    = "Plan Claim"
  runtime = "node22"
  deploy  = true
  code    = templatefile("${path.module}/actions/plan-claim.js.tftpl", { namespace = var.namespace })

  supported_triggers {
    id      = "post-login"
    version = "v3"
  }

  modules {
    module_id         = auth0_action_module.plans.id
    module_version_id = auth0_action_module.plans.version_id
  }
}

resource "auth0_trigger_actions" "login" {
  trigger = "post-login"

  actions {
    id           = auth0_action.block_unverified.id
    display_name = auth0_action.block_unverified.name
  }

  actions {
    id           = auth0_action.plan_claim.id
    display_name = auth0_action.plan_claim.name
  }
}
